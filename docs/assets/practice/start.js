/* What the address asks for: the overview, a mock interview, or its sheet. */
(function () {
  "use strict";
  dlq.store.load();
  dlq.page.start();
  const address = new URLSearchParams(location.search);
  if (address.get("view") === "mock") { dlq.mock.show(address); } else if (address.get("view") === "sheet") { dlq.sheet.show(address); } else { dlq.home.show(); }
})();
