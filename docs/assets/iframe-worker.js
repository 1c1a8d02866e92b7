/* Search runs in a worker, and browsers start none from a page on the disk. There, a hidden frame
   stands in for it: the worker's script runs in the frame's own global scope. */
(function () {
  "use strict";
  if (location.protocol !== "file:") { return; }

  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      this.scope = this.frame.contentWindow;
      var load = this.load.bind(this);
      this.scope.postMessage = (data) => this.deliver(this, data);
      this.scope.importScripts = (...urls) => urls.reduce((done, each) => done.then(() => load(each)), Promise.resolve());
      this.ready = load(url);
    }

    load(url) {
      return new Promise((resolve, reject) => {
        var script = this.scope.document.createElement("script");
        script.src = new URL(url, location.href);
        script.onload = resolve;
        script.onerror = () => reject(new Error("cannot load " + script.src));
        this.scope.document.body.append(script);
      });
    }

    deliver(target, data) {
      var event = new MessageEvent("message", { data: structuredClone(data) });
      setTimeout(() => {
        target.dispatchEvent(event);
        if (target === this && this.onmessage) { this.onmessage(event); }
      });
    }

    postMessage(data) { this.ready.then(() => this.deliver(this.scope, data)); }

    terminate() { this.frame.remove(); }
  };
})();
