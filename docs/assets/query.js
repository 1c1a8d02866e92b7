/* What the search asks for; loaded with the theme's script, when a reader first does something. */
(function () {
  "use strict";

  /* Search: of what is typed, the theme looks for every word that begins with each of its words, so "a"
     finds "activation". Ask instead for the words that carry meaning, each as it stands and, counting
     less, by its stem. Signs of the query language (a colon would name a field) are mere punctuation. */
  var EMPTY = (
    "a about across after all almost also am among an and any are as at be because been but by can could dear did do does " +
    "either else ever every for from get got had has have he her hers him his how however i if in into is it its just " +
    "least let like likely may me might most must my neither no nor not of off often on only or other our own rather said " +
    "say says she should since so some than that the their them then there these they this to too us wants was we were " +
    "what when where which while who whom why will with would yet you your"
  ).split(" ");
  var ENDING = /(ations?|at(?:ing|ed)|iz(?:ers?|ing|ed)|ings?|ed(?:ly)?|ies|ions?|ers?|es|e|s|ly)$/;

  function stem(word) {
    var short = word.replace(ENDING, "");
    return short.length < 4 ? word.replace(/^(\w{3,})([^s])s$/, "$1$2") : short;
  }

  function meaning(typed) {
    var words = typed.toLowerCase().split(/[^\p{L}\p{N}_'’@#%√²]+/u).filter(Boolean);
    var kept = words.filter(function (word) { return EMPTY.indexOf(word) < 0; });
    return (kept.length ? kept : words).map(function (word) { return word + "^2 " + stem(word); }).join(" ");
  }

  var QUERY = 2; // what the theme calls this kind of message to its search worker
  var post = window.Worker && Worker.prototype.postMessage;
  if (post) {
    Worker.prototype.postMessage = function (message) {
      var asked = message && message.type === QUERY && typeof message.data === "string";
      return post.call(this, asked ? { type: QUERY, data: meaning(message.data) } : message);
    };
  }
})();
