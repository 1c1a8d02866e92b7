// Loaded into Playwright's driver before it starts: what it says to Firefox over WebDriver BiDi, in words its ESR knows.
// Not to be needed any more once the ESR knows the first command: Firefox 153 does not.
const stringify = JSON.stringify;
JSON.stringify = (value, ...rest) => {
  if (value?.method === "emulation.setMediaFeaturesOverride") {
    value = { id: value.id, method: "session.status", params: {} };  // answered, and nothing done
  }
  if (value?.method === "browsingContext.create") {
    value = { ...value, params: { ...value.params, type: "tab" } };  // half as much work as a window
  }
  return stringify(value, ...rest);
};
