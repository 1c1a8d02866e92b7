/* Sliders for a notebook's figure: a panel below it that draws what they set. The figure itself stays,
   and is all there is in print and without this script. A figure asks by data-widget; see contributing. */
(function () {
  "use strict";

  /* Drawing. Everything is a string of SVG made of numbers and of the words below. */

  function number(value, digits) {
    var text = value.toFixed(digits);
    return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
  }

  function percent(share) { return number(100 * share, share < 0.01 && share > 0 ? 1 : 0) + "%"; }

  function path(points, look, extra) {
    return '<path fill="none" class="' + look + '" ' + (extra || "") + ' d="M' + points.map(function (point) {
      return point[0].toFixed(1) + " " + point[1].toFixed(1);
    }).join("L") + '"/>';
  }

  function text(x, y, words, extra) {
    return '<text class="fill-ink" x="' + x + '" y="' + y + '" ' + (extra || "") + ">" + words + "</text>";
  }

  function dot(point, look) {
    return '<circle class="' + look + '" r="4.5" cx="' + point[0].toFixed(1) + '" cy="' + point[1].toFixed(1) + '"/>';
  }

  function rectangle(x, y, width, height, look, extra) {
    return '<rect class="' + look + '" x="' + x.toFixed(1) + '" y="' + y.toFixed(1) + '" width="' + width.toFixed(1) +
      '" height="' + height.toFixed(1) + '" ' + (extra || "") + "/>";
  }

  function range(from, to, count) {
    return Array.from({ length: count }, function (_, i) { return from + (to - from) * i / (count - 1); });
  }

  /* A frame in the drawing, [left, top, width, height], with its ticks; at() maps data into it. */
  function frame(box, across, up, ticks, title) {
    var left = box[0], top = box[1], width = box[2], height = box[3];
    function at(x, y) {
      return [left + width * (x - across[0]) / (across[1] - across[0]), top + height * (up[1] - y) / (up[1] - up[0])];
    }
    var svg = rectangle(left, top, width, height, "stroke-grid", 'fill="none"');
    ticks[0].forEach(function (tick) {
      var x = at(tick, 0)[0];
      svg += path([[x, top], [x, top + height]], "stroke-grid") + text(x, top + height + 14, number(tick, 0), 'text-anchor="middle"');
    });
    ticks[1].forEach(function (tick) {
      var y = at(0, tick)[1];
      svg += path([[left, y], [left + width, y]], "stroke-grid") + text(left - 4, y + 4, number(tick, 0), 'text-anchor="end"');
    });
    svg += text(left, top - 5, title);
    return {
      at: at, svg: svg,
      /* Lines may leave the frame; what is outside is cut off. */
      inside: function (drawn) {
        return '<svg x="' + left + '" y="' + top + '" width="' + width + '" height="' + height + '" viewBox="' + box.join(" ") + '">' + drawn + "</svg>";
      },
      line: function (xs, f, look, extra) { return path(xs.map(function (x) { return at(x, f(x)); }), look, extra); }
    };
  }

  var DASHED = 'stroke-dasharray="6 3"', DOTTED = 'stroke-dasharray="2 3"', THICK = 'stroke-width="2.2"';

  /* Upper tail of the standard normal by Simpson's rule over 8 deviations. */
  function tail(x) {
    if (x < 0) { return 1 - tail(-x); }
    var sum = 0;
    for (var i = 0; i <= 200; i += 1) {
      sum += (i === 0 || i === 200 ? 1 : i % 2 ? 4 : 2) * density(x + 0.04 * i);
    }
    return sum * 0.04 / 3;
  }

  function density(x) { return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI); }

  function sigmoid(z) { return 1 / (1 + Math.exp(-z)); }

  /* log(1 + e^z) without overflow */
  function softplus(z) { return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))); }

  /* Each widget: its title, its controls, the height of its drawing (320 wide), and draw(values), which
     returns the drawing and the sentence that gives its numbers. */
  var widgets = {

    "activation-shape": {
      title: "Bend the function",
      controls: [
        { name: "kind", label: "Function", options: { swish: "Swish, z·σ(βz)", softplus: "softplus, log(1 + exp(βz)) / β" } },
        { name: "beta", label: "Sharpness β", min: 0.1, max: 10, step: 0.1, value: 1, digits: 1 },
        { name: "z", label: "Input z", min: -4, max: 4, step: 0.1, value: -1.3, digits: 1 }
      ],
      height: 236,
      draw: function (set) {
        var b = set.beta, swish = set.kind === "swish";
        function value(z) { return swish ? z * sigmoid(b * z) : softplus(b * z) / b; }
        function slope(z) {
          var s = sigmoid(b * z);
          return swish ? s + b * z * s * (1 - s) : s;
        }
        var plot = frame([28, 20, 284, 170], [-4, 4], [-1, 4.2], [[-4, -2, 0, 2, 4], [0, 1, 2, 3, 4]], "value (line), slope (dashed), ReLU (dotted)");
        var v = value(set.z), d = slope(set.z), xs = range(-4, 4, 161);
        var known = swish && b === 1 ? ", which is SiLU" : swish && b === 1.7 ? ", nearly GELU" : "";
        return {
          svg: plot.svg + plot.inside(
            plot.line(xs, function (z) { return Math.max(z, 0); }, "stroke-ink", DOTTED) +
            plot.line(xs, slope, "stroke-2", DASHED + " " + THICK) + plot.line(xs, value, "stroke-1", THICK) +
            plot.line([set.z - 1, set.z + 1], function (z) { return v + d * (z - set.z); }, "stroke-ink") +
            dot(plot.at(set.z, v), "fill-1") + dot(plot.at(set.z, d), "fill-2")
          ) + text(170, 230, "input z", 'text-anchor="middle"'),
          says: (swish ? "Swish" : "Softplus") + " with β = " + number(b, 1) + known + ": at z = " + number(set.z, 1) + " the value is " +
            number(v, 3) + " and the slope " + number(d, 3) + ". ReLU is " + number(v - Math.max(set.z, 0), 3).replace("−", "") +
            (v < Math.max(set.z, 0) ? " higher." : " lower.")
        };
      }
    },

    "learning-rate": {
      title: "Set the rate",
      controls: [
        { name: "rate", label: "Learning rate", min: 0.001, max: 0.1, step: 0.001, value: 0.07, digits: 3 },
        { name: "momentum", label: "Momentum", min: 0, max: 0.95, step: 0.05, value: 0, digits: 2 }
      ],
      height: 206,
      draw: function (set) {
        var plot = frame([28, 20, 284, 146], [-5, 5], [-2, 2], [[-4, -2, 0, 2, 4], [-2, -1, 0, 1, 2]], "40 steps in the straight ravine");
        var w = [-4, 1.2], v = [0, 0], curvature = [1, 25], points = [plot.at(w[0], w[1])];
        for (var t = 0; t < 40; t += 1) {
          for (var i = 0; i < 2; i += 1) {
            v[i] = set.momentum * v[i] + curvature[i] * w[i];
            w[i] -= set.rate * v[i];
          }
          if (Math.abs(w[1]) < 1e3) { points.push(plot.at(w[0], w[1])); }
        }
        /* What a step leaves of the error in the long run: the larger eigenvalue of the update. */
        function keeps(a) {
          var trace = 1 + set.momentum - set.rate * a, root = trace * trace - 4 * set.momentum;
          return root < 0 ? Math.sqrt(set.momentum) : (Math.abs(trace) + Math.sqrt(root)) / 2;
        }
        var loss = (w[0] * w[0] + 25 * w[1] * w[1]) / 2, steep = keeps(25), flat = keeps(1);
        var rings = [0.5, 2.2, 5, 9, 14, 30].map(function (level) {
          return path(range(0, 2 * Math.PI, 61).map(function (angle) {
            return plot.at(Math.sqrt(2 * level) * Math.cos(angle), Math.sqrt(2 * level / 25) * Math.sin(angle));
          }), "stroke-grid");
        }).join("");
        return {
          svg: plot.svg + plot.inside(rings + path(points, "stroke-1", 'stroke-width="1.5"') +
            points.map(function (point) { return dot(point, "fill-1").replace("4.5", "2.2"); }).join("") + dot(points[0], "fill-2")) +
            text(170, 200, "direction of low curvature", 'text-anchor="middle"'),
          says: "In the long run a step leaves " + number(steep, 3) + " of the error in the steep direction and " + number(flat, 3) +
            " in the flat one" + (Math.max(steep, flat) > 1.0000001 ? ": it diverges." : ".") + " Loss after 40 steps: " +
            loss.toPrecision(3).replace("-", "−") + "."
        };
      }
    },

    "softmax-temperature": {
      title: "Sample the noun",
      controls: [
        { name: "temperature", label: "Temperature", min: 0.1, max: 3, step: 0.1, value: 1, digits: 1 },
        { name: "k", label: "Top-k", min: 1, max: 6, step: 1, value: 6, digits: 0 },
        { name: "p", label: "Top-p", min: 0.05, max: 1, step: 0.05, value: 1, digits: 2 }
      ],
      height: 206,
      draw: function (set) {
        var nouns = ["cat", "dog", "fox", "hen", "owl", "pig"], language = [0.4, 0.25, 0.15, 0.1, 0.06, 0.04]; // as the notebook's
        function normalized(weights) {
          var sum = weights.reduce(function (a, b) { return a + b; });
          return weights.map(function (weight) { return weight / sum; });
        }
        var before = 0, probabilities = normalized(language.map(function (p, i) {
          return i < set.k ? Math.pow(p, 1 / set.temperature) : 0; // a softmax of log p over the temperature
        }));
        probabilities = normalized(probabilities.map(function (p) {
          var kept = before < set.p - 1e-9 ? p : 0; // with the token that crosses the line
          before += p;
          return kept;
        }));
        var entropy = 0;
        probabilities.forEach(function (p) { if (p > 0) { entropy -= p * Math.log(p); } });
        var svg = text(8, 15, "probability (bars), in the language (outlined)");
        probabilities.forEach(function (p, i) {
          var x = 14 + 50 * i, full = 140;
          svg += rectangle(x, 180 - full * p, 38, full * p, "fill-1") +
            rectangle(x, 180 - full * language[i], 38, full * language[i], "stroke-ink", 'fill="none" ' + DASHED) +
            text(x + 19, 174 - full * Math.max(p, language[i]), number(p, 3), 'text-anchor="middle"') +
            text(x + 19, 197, nouns[i], 'text-anchor="middle"');
        });
        return {
          svg: svg,
          says: probabilities.filter(function (p) { return p > 0; }).length + " of 6 nouns are left; the likeliest, cat, has " + number(probabilities[0], 3) +
            ". Entropy " + number(entropy, 3) + " nats, as much as " + number(Math.exp(entropy), 2) + " equally likely nouns."
        };
      }
    },

    "convolution-geometry": {
      title: "Slide the window",
      controls: [
        { name: "n", label: "Input size", min: 4, max: 16, step: 1, value: 10, digits: 0 },
        { name: "k", label: "Kernel", min: 1, max: 7, step: 1, value: 3, digits: 0 },
        { name: "s", label: "Stride", min: 1, max: 4, step: 1, value: 2, digits: 0 },
        { name: "p", label: "Padding, each side", min: 0, max: 3, step: 1, value: 0, digits: 0 },
        { name: "d", label: "Dilation", min: 1, max: 3, step: 1, value: 1, digits: 0 }
      ],
      height: 198,
      draw: function (set) {
        var padded = set.n + 2 * set.p, span = set.d * (set.k - 1) + 1;
        var size = Math.max(0, Math.floor((padded - span) / set.s) + 1), read = {};
        var cell = Math.min(22, 304 / padded), left = 160 - cell * padded / 2, svg = "";
        for (var o = 0; o < size; o += 1) {
          var center = left + cell * (o * set.s + span / 2);
          for (var tap = 0; tap < set.k; tap += 1) {
            var pixel = o * set.s + tap * set.d;
            read[pixel] = true;
            svg += path([[center, 52], [left + cell * (pixel + 0.5), 132]], o % 2 ? "stroke-2" : "stroke-1", o % 2 ? DASHED : "");
          }
          svg += rectangle(center - cell / 2 + 1, 52 - cell, cell - 2, cell, o % 2 ? "fill-2" : "fill-1");
        }
        var missed = 0;
        for (var i = 0; i < padded; i += 1) {
          var real = i >= set.p && i < set.p + set.n, x = left + cell * i + 1;
          svg += rectangle(x, 132, cell - 2, cell, real ? "stroke-ink fill-grid" : "stroke-ink", real ? "" : 'fill="none" ' + DOTTED);
          if (real && !read[i]) {
            missed += 1;
            svg += path([[x, 132], [x + cell - 2, 132 + cell]], "stroke-ink", THICK) + path([[x, 132 + cell], [x + cell - 2, 132]], "stroke-ink", THICK);
          }
        }
        return {
          svg: text(8, 15, "output: " + size) + svg + text(8, 174, "input: " + set.n + (set.p ? ", with padding (dotted) " + padded : "")) +
            (missed ? text(8, 191, "crossed out: never read") : ""),
          says: size ? "Output size ⌊(" + padded + " − " + span + ") / " + set.s + "⌋ + 1 = " + size + ". The window spans " + span + ". Input pixels never read: " +
            missed + " of " + set.n + "." : "The window spans " + span + " and does not fit into " + padded + ": no output."
        };
      }
    },

    threshold: {
      title: "Move the threshold",
      controls: [
        { name: "t", label: "Threshold on the score", min: -2, max: 5, step: 0.1, value: 2.8, digits: 1 },
        { name: "base", label: "Share of positives", list: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5], value: 3 }
      ],
      height: 330,
      draw: function (set) {
        var apart = Math.hypot(2, 1.2), base = set.base; // the distance between the classes of the notebook
        function rates(t) {
          var recall = tail(t - apart), alarms = tail(t);
          return { recall: recall, alarms: alarms, precision: base * recall / (base * recall + (1 - base) * alarms) };
        }
        var scores = frame([20, 20, 292, 84], [-3, 6], [0, 0.42], [[-2, 0, 2, 4, 6], []], "scores: negatives (line), positives (dashed)");
        var roc = frame([20, 152, 124, 124], [0, 1], [0, 1], [[0, 1], [0, 1]], "ROC");
        var pr = frame([184, 152, 124, 124], [0, 1], [0, 1], [[0, 1], [0, 1]], "precision-recall");
        var here = rates(set.t), all = range(-4, 7, 111).map(rates), xs = range(-3, 6, 121);
        var logit = apart * (set.t - apart / 2) + Math.log(base / (1 - base)), accuracy = base * here.recall + (1 - base) * (1 - here.alarms);
        return {
          svg: scores.svg + scores.line(xs, density, "stroke-1", THICK) +
            scores.line(xs, function (x) { return density(x - apart); }, "stroke-2", DASHED + " " + THICK) +
            path([scores.at(set.t, 0), scores.at(set.t, 0.42)], "stroke-ink", THICK) +
            roc.svg + path(all.map(function (r) { return roc.at(r.alarms, r.recall); }), "stroke-1", THICK) + dot(roc.at(here.alarms, here.recall), "fill-2") +
            pr.svg + path(all.map(function (r) { return pr.at(r.recall, r.precision); }), "stroke-1", THICK) + dot(pr.at(here.recall, here.precision), "fill-2") +
            text(82, 306, "false-positive rate", 'text-anchor="middle"') + text(246, 306, "recall", 'text-anchor="middle"'),
          says: "The threshold is a probability of " + number(sigmoid(logit), 3) + ". Recall " + number(here.recall, 3) + ", false-positive rate " + number(here.alarms, 3) + ", precision " + number(here.precision, 3) +
            ". Accuracy " + number(accuracy, 3) + "; never raising an alarm has " + number(1 - base, 3) + "."
        };
      }
    }
  };

  /* The panel. */

  var count = 0;

  function element(name, attributes, words) {
    var made = document.createElement(name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    made.textContent = words || "";
    return made;
  }

  function build(figure) {
    var widget = widgets[figure.dataset.widget];
    var panel = element("div", { "class": "widget", role: "group", "aria-label": widget.title });
    var form = element("div", { "class": "widget-controls" });
    var status = element("p", { "class": "widget-says", role: "status" });
    var drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var set = {}, waiting;
    drawing.setAttribute("viewBox", "0 0 320 " + widget.height);
    drawing.setAttribute("aria-hidden", "true"); // the sentence below says its numbers

    widget.controls.forEach(function (control) {
      var id = "widget-" + (count += 1), input, shown;
      var row = element("div", { "class": "widget-control" });
      function words(value) { return control.list ? percent(control.list[value]) : number(value, control.digits); }
      function read() {
        var value = control.options ? input.value : Number(input.value);
        set[control.name] = control.list ? control.list[value] : value;
        if (!control.options) {
          shown.textContent = words(value);
          input.setAttribute("aria-valuetext", words(value));
        }
      }
      row.append(element("label", { "for": id }, control.label));
      if (control.options) {
        input = element("select", { id: id });
        Object.keys(control.options).forEach(function (key) { input.append(element("option", { value: key }, control.options[key])); });
        row.append(input);
      } else {
        var min = control.list ? 0 : control.min, max = control.list ? control.list.length - 1 : control.max;
        shown = element("output", { "for": id, "aria-live": "off" }); // the slider itself says it
        input = element("input", { type: "range", id: id, min: min, max: max, step: control.step || 1, value: control.value, "aria-describedby": id + "-limits" });
        row.append(element("span", { "class": "widget-limits", id: id + "-limits" }, words(min) + " to " + words(max)), shown, input);
      }
      input.addEventListener("input", function () {
        read();
        redraw();
        clearTimeout(waiting);
        waiting = setTimeout(say, 250); // a screen reader hears where the slider stops, not every step
      });
      read();
      form.append(row);
    });

    function redraw() { drawing.innerHTML = widget.draw(set).svg; }
    function say() { status.textContent = widget.draw(set).says; }
    redraw();
    say();
    panel.append(element("p", { "class": "widget-title" }, widget.title), form, drawing, status);
    figure.after(panel);
  }

  document.querySelectorAll("figure[data-widget]").forEach(build);
})();
