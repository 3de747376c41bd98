// What is wrong with a drawn figure: judged in a browser, which knows how wide letters are and what stands behind them.
// window.judge(svg, limits) gives a list of {kind, what}; the kinds are explained in drawings.py.
(() => {
  const SCALE = 2; // pixels of the raster for one of the picture
  let grounds = []; // colours that only fill what an edge draws
  const pen = document.createElement("canvas").getContext("2d");

  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const colour = (text) => (text.match(/[\d.]+/g) || []).slice(0, 3).map(Number);
  const shown = (element) => {
    for (let one = element; one instanceof SVGElement; one = one.parentNode) {
      if (one.getAttribute("opacity") === "0" || one.getAttribute("display") === "none") return false;
    }
    return true;
  };
  const roleOf = (element) => (element.closest('[class*="role-"]')?.getAttribute("class").match(/role-([\w-]+)/) || [])[1];
  const short = (text) => `“${text.trim()}”`;

  /** The box that encloses corners of an element's own system, in pixels of the picture. */
  function box(element, x0, y0, x1, y1) {
    const matrix = element.getScreenCTM();
    const corners = [[x0, y0], [x1, y0], [x0, y1], [x1, y1]].map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
    const [xs, ys] = [corners.map((c) => c.x), corners.map((c) => c.y)];
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  }

  /** Every line of text with the box of its ink. */
  function lettering(svg) {
    return [...svg.querySelectorAll("text")].filter(shown).flatMap((text) => {
      const style = getComputedStyle(text);
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const parts = text.querySelectorAll("tspan").length ? [...text.querySelectorAll("tspan")] : [text];
      return parts.filter((part) => part.textContent.trim()).map((part) => {
        const string = part.textContent.trimEnd();
        const start = part.getStartPositionOfChar(0);
        const ink = pen.measureText(string);
        const x = [start.x, start.x + part.getSubStringLength(0, string.length)];
        const place = box(part, x[0], start.y - ink.actualBoundingBoxAscent, x[1], start.y + ink.actualBoundingBoxDescent);
        return { text, string, place, role: roleOf(text), fill: colour(style.fill), upright: place.bottom - place.top > 1.5 * (place.right - place.left) && string.length > 2 };
      });
    });
  }

  /** The picture without its letters and its grid, as a function from a place to a colour. */
  async function raster(svg) {
    const bare = svg.cloneNode(true);
    bare.querySelectorAll("text, .role-axis-grid").forEach((element) => element.remove());
    const [width, height] = [svg.width.baseVal.value, svg.height.baseVal.value];
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(bare)], { type: "image/svg+xml" }));
    await image.decode();
    URL.revokeObjectURL(image.src);
    const canvas = new OffscreenCanvas(width * SCALE, height * SCALE);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0, width * SCALE, height * SCALE);
    return (place) => {
      const [x, y] = [Math.round(place.left * SCALE), Math.round(place.top * SCALE)];
      const [w, h] = [Math.max(1, Math.round(place.right * SCALE) - x), Math.max(1, Math.round(place.bottom * SCALE) - y)];
      const { data } = context.getImageData(x, y, w, h);
      return { w, h, at: (i, j) => data.slice(4 * (j * w + i), 4 * (j * w + i) + 3) };
    };
  }

  /** The commonest colour behind a line of text, and the share of its length at which something else stands there. */
  function behind(line, look) {
    const { left, right, top, bottom } = line.place;
    const { w, h, at } = look({ left, right, top: top + 0.5, bottom: bottom - 0.5 });
    const counts = new Map();
    for (let i = 0; i < w; i++) {
      for (let j = 0; j < h; j++) {
        const key = at(i, j).join();
        counts.set(key, (counts.get(key) || 0) + 1);
      }
    }
    const ground = [...counts].sort((a, b) => b[1] - a[1])[0][0].split(",").map(Number);
    const struck = new Map([...counts.keys()].map((key) => [key, contrast(key.split(",").map(Number), ground) >= 1.6]));
    const [along, across] = line.upright ? [h, w] : [w, h];
    let count = 0;
    for (let i = 0; i < along; i++) {
      for (let j = 0; j < across; j++) {
        if (struck.get((line.upright ? at(j, i) : at(i, j)).join())) {
          count++;
          break;
        }
      }
    }
    return { ground, share: count / along };
  }

  /** Gap of two boxes on each axis; negative where they overlap. */
  const gaps = (a, b) => [
    Math.max(a.left, b.left) - Math.min(a.right, b.right),
    Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom),
  ];

  const centre = (element) => {
    const matrix = element.getScreenCTM();
    return { x: matrix.e, y: matrix.f };
  };

  /** The plots of a picture: the frame of each with the marks and labels in it. */
  function plots(svg) {
    // a group that Vega makes of each series of a line, or of a legend's entries, is no plot of its own
    const views = ".role-frame, .role-scope:not([class*=pathgroup], .role-legend *)";
    const groups = [...svg.querySelectorAll(`:is(${views}) > g`)];
    return groups.filter((group) => !group.querySelector(views)).map((group) => {
      const background = group.querySelector(":scope > path.background");
      const { x, y, width, height } = background.getBBox();
      const inside = (kind) => [...group.querySelectorAll(`g.mark-${kind}.role-mark`)];
      return { frame: box(background, x, y, x + width, y + height), inside };
    });
  }

  /** Points along a path, one a pixel, in pixels of the picture. */
  function along(path) {
    const matrix = path.getScreenCTM();
    const length = path.getTotalLength();
    return Array.from({ length: Math.floor(length) + 1 }, (_, i) => path.getPointAtLength(i).matrixTransform(matrix));
  }

  const pairs = (list) => list.flatMap((one, i) => list.slice(i + 1).map((other) => [one, other]));

  function opacity(mark) {
    let product = 1;
    for (let one = mark; one instanceof SVGElement; one = one.parentNode) product *= Number(one.getAttribute("opacity") ?? 1);
    return product;
  }

  /** What colours a mark shows on paper: its fill and its stroke, blended by their opacity. */
  function inks(mark, paper) {
    const style = getComputedStyle(mark);
    return ["fill", "stroke"].filter((part) => style[part] !== "none").map((part) => {
      const strength = opacity(mark) * Number(style[`${part}Opacity`]);
      return colour(style[part]).map((channel, i) => strength * channel + (1 - strength) * paper[i]);
    });
  }

  /** The colour that names a mark's series. */
  function hue(mark) {
    const style = getComputedStyle(mark);
    const empty = ["none", "transparent", ...grounds].includes(style.fill);
    return empty && style.stroke !== "none" ? style.stroke : style.fill;
  }

  /** What a mark looks like but for its colour, place and size. */
  function signature(mark) {
    const style = getComputedStyle(mark);
    const turns = mark.closest(".mark-symbol, .role-legend-symbol") ? (mark.getAttribute("d") || "").replace(/-?[\d.]+(e-?\d+)?/g, (n) => Math.sign(n)) : "";
    const filled = grounds.includes(style.fill) ? style.fill : style.fill !== "none";
    return [turns, mark.getAttribute("aria-roledescription"), style.strokeDasharray, filled].join(" ");
  }

  const FAULTS = {
    overlap({ lines }) {
      const found = [];
      lines.forEach((one, i) => lines.slice(i + 1).forEach((other) => {
        if (one.text === other.text) return;
        const [across, up] = gaps(one.place, other.place);
        if (one.upright === other.upright ? across < 3 && up < -0.5 : across < 0 && up < 0) {
          found.push(`${short(one.string)} and ${short(other.string)}`);
        }
      }));
      return found;
    },
    outside({ lines, picture }) {
      return lines.filter(({ place }) =>
        place.left < picture.left - 0.5 || place.right > picture.right + 0.5 || place.top < picture.top - 0.5 || place.bottom > picture.bottom + 0.5
      ).map((line) => short(line.string));
    },
    across({ svg, lines }) {
      const axes = [...svg.querySelectorAll(".role-axis-domain line")].filter(shown).map((line) => line.getBoundingClientRect());
      return lines.filter(({ place, role }) => role === "mark" && axes.some((axis) =>
        axis.width < axis.height
          ? place.left < axis.left - 2 && place.right > axis.left + 2 && place.bottom > axis.top && place.top < axis.bottom
          : place.top < axis.top - 2 && place.bottom > axis.top + 2 && place.right > axis.left && place.left < axis.right
      )).map((line) => short(line.string));
    },
    shortened({ lines }) {
      return lines.filter((line) => line.string.endsWith("…")).map((line) => short(line.string));
    },
    struck({ lines, look }, limits) {
      return lines.map((line) => [line, behind(line, look).share]).filter(([, share]) => share > limits.struck)
        .map(([line, share]) => `${short(line.string)} by ${Math.round(100 * share)} %`);
    },
    pale({ lines, look }, limits) {
      return lines.map((line) => [line, contrast(line.fill, behind(line, look).ground)]).filter(([, ratio]) => ratio < limits.text)
        .map(([line, ratio]) => `${short(line.string)} at ${ratio.toFixed(1)} to 1`);
    },
    clipped({ svg }) {
      return [...svg.querySelectorAll('g[clip-path]')].flatMap((group) => {
        const clip = svg.querySelector(group.getAttribute("clip-path").slice(4, -1) + " rect");
        const { x, y, width, height } = clip.getBBox();
        const frame = box(group, x, y, x + width, y + height);
        const beyond = [...group.querySelectorAll("path, line, rect")].filter((mark) => {
          const own = mark.getBBox();
          const place = box(mark, own.x, own.y, own.x + own.width, own.y + own.height);
          return place.left < frame.left - 1 || place.right > frame.right + 1 || place.top < frame.top - 1 || place.bottom > frame.bottom + 1;
        });
        return beyond.length ? [`${beyond.length} of ${group.getAttribute("class").split(" ")[0].slice(5)}`] : [];
      });
    },
    edge({ plots }, limits) {
      return plots.flatMap(({ frame, inside }) => {
        const points = inside("symbol").flatMap((group) => [...group.querySelectorAll("path")]).filter(shown).map(centre);
        const beyond = points.filter(({ x, y }) => x < frame.left - 1 || x > frame.right + 1 || y < frame.top - 1 || y > frame.bottom + 1);
        const near = points.filter(({ y }) => y < frame.top + limits.edge);
        const piled = near.filter(({ y }) => near.filter((other) => Math.abs(other.y - y) < 0.6).length >= limits.pile);
        return [
          ...(beyond.length ? [`${beyond.length} points beyond the axes`] : []),
          ...(piled.length ? [`${piled.length} points in a row at the upper edge`] : []),
        ];
      });
    },
    tick({ svg }) {
      return [...svg.querySelectorAll("g.role-axis > g")].flatMap((axis) => {
        const ticks = [...axis.querySelectorAll(".role-axis-tick line")].filter(shown).map(centre);
        const labels = [...axis.querySelectorAll(".role-axis-label text")].filter((text) => shown(text) && text.textContent.trim());
        if (!ticks.length || !labels.length) return [];
        const level = Math.max(...ticks.map(({ y }) => y)) - Math.min(...ticks.map(({ y }) => y)) < 1;
        const places = labels.map((label) => label.getBoundingClientRect());
        const bare = ticks.filter(({ x, y }) =>
          !places.some((place) => (level ? x > place.left - 2 && x < place.right + 2 : y > place.top - 2 && y < place.bottom + 2)));
        return bare.length ? [`${bare.length} of ${ticks.length} beside ${labels.map((label) => label.textContent).join(", ")}`] : [];
      });
    },
    unnamed({ plots, lines }, limits) {
      return plots.flatMap(({ frame, inside }) => {
        // names of rows, which begin at one place, stand beside no point
        const texts = inside("text").flatMap((group) => {
          const own = lines.filter((line) => group.contains(line.text));
          return own.length > 2 && own.every((line) => Math.abs(line.place.left - own[0].place.left) < 1) ? [] : own;
        });
        return inside("symbol").flatMap((group) => {
          const points = [...group.querySelectorAll("path")].filter(shown);
          const pairs = texts.flatMap(({ place }, i) => points.map((point) => {
            const { x, y } = centre(point);
            const far = Math.hypot(Math.max(place.left - x, 0, x - place.right), Math.max(place.top - y, 0, y - place.bottom));
            return { far, i, point };
          })).filter(({ far }) => far < limits.near).sort((a, b) => a.far - b.far);
          const [named, used] = [new Set(), new Set()];
          for (const { i, point } of pairs) {
            if (named.has(point) || used.has(i)) continue;
            named.add(point);
            used.add(i);
          }
          const share = named.size / points.length;
          return share >= 0.5 && share < 1 ? [`${points.length - named.size} of ${points.length} points`] : [];
        });
      });
    },
    twice({ plots, lines }) {
      return plots.flatMap(({ inside }) => {
        const texts = inside("text").flatMap((group) => lines.filter((line) => group.contains(line.text))).map((line) => line.string);
        return [...new Set(texts.filter((text, i) => texts.indexOf(text) !== i && /\p{L}/u.test(text)))].map(short);
      });
    },
    coinciding({ plots }, limits) {
      return plots.flatMap(({ inside }) => {
        const curves = inside("line").flatMap((group) => [...group.querySelectorAll("path")]).filter(shown)
          .map((path) => ({ path, points: along(path), dash: path.getAttribute("stroke-dasharray") || "" }));
        const found = [];
        curves.forEach((one, i) => curves.slice(i + 1).forEach((other) => {
          if (one.points.length < 20 || other.points.length < 20 || one.dash !== other.dash) return;
          const near = one.points.filter((p) => other.points.some((q) => Math.abs(p.x - q.x) < limits.touching && Math.abs(p.y - q.y) < limits.touching)).length;
          const share = near / Math.min(one.points.length, other.points.length);
          if (share > limits.coinciding) found.push(`two lines for ${Math.round(100 * share)} % of their length`);
        }));
        return found;
      });
    },
    faint({ plots, paper }, limits) {
      return plots.flatMap(({ inside }) => ["line", "rule", "symbol", "rect"].flatMap((kind) => {
        const band = (mark) =>
          [getComputedStyle(mark).fill, getComputedStyle(mark).stroke].includes(limits.grid)
          || (kind === "rule" && parseFloat(getComputedStyle(mark).strokeWidth) >= 4)
          || (kind === "rect" && opacity(mark) * Number(getComputedStyle(mark).fillOpacity) < 0.5);
        const pale = inside(kind).flatMap((group) => [...group.querySelectorAll("path, line, rect")]).filter(shown)
          
          .filter((mark) => !band(mark) && inks(mark, paper).every((ink) => contrast(ink, paper) < limits.mark));
        const marks = pale.filter((mark) => inks(mark, paper).length);
        return marks.length ? [`${marks.length} of ${kind}: ${[...new Set(marks.flatMap((mark) => inks(mark, paper).map((ink) => contrast(ink, paper).toFixed(1))))].join(", ")} to 1`] : [];
      }));
    },
    alone({ svg, plots, paper }, limits) {
      const legend = [...svg.querySelectorAll(".role-legend-symbol path")].filter(shown).map((mark) => [hue(mark), signature(mark)]);
      const told = [];
      pairs(legend).forEach(([one, other]) => {
        if (one[0] !== other[0] && one[1] === other[1]) told.push(`the legend's ${one[0]} and ${other[0]}`);
      });
      for (const { inside } of legend.length ? [] : plots) {
        const named = new Set(inside("text").flatMap((group) => [...group.querySelectorAll("text")].filter(shown).map((text) => getComputedStyle(text).fill)));
        const series = new Map();
        for (const kind of ["line", "rule", "symbol", "rect", "area"]) {
          for (const mark of inside(kind).flatMap((group) => [...group.querySelectorAll("path, line, rect")]).filter(shown)) {
            if (limits.plain.includes(hue(mark))) continue; // a mark of reference or a track is no series
            const own = series.get(hue(mark)) || series.set(hue(mark), { kinds: new Map(), rows: new Set() }).get(hue(mark));
            own.kinds.set(kind, (own.kinds.get(kind) || new Set()).add(signature(mark)));
            const place = mark.getBoundingClientRect();
            own.rows.add(Math.round((place.top + place.bottom) / 2));
          }
        }
        pairs([...series]).forEach(([[one, a], [other, b]]) => {
          const common = [...a.kinds.keys()].filter((kind) => b.kinds.has(kind));
          const apart = (kind) => [...a.kinds.get(kind)].every((mark) => !b.kinds.get(kind).has(mark));
          const rows = [...a.rows].every((row) => ![...b.rows].some((its) => Math.abs(its - row) < 3));
          if (!common.length || common.some(apart) || (named.has(one) && named.has(other))) return;
          if (rows && !a.kinds.has("line") && !b.kinds.has("line")) return;
          told.push(`${one} and ${other}`);
        });
      }
      return [...new Set(told)];
    },
  };

  window.judge = async (drawn, limits) => {
    grounds = limits.grounds;
    const host = document.getElementById("host");
    host.innerHTML = drawn;
    const svg = host.querySelector("svg");
    const picture = svg.getBoundingClientRect();
    const scene = { svg, picture, lines: lettering(svg), look: await raster(svg), plots: plots(svg) };
    scene.paper = colour(getComputedStyle(svg.querySelector("rect")).fill);
    return Object.entries(FAULTS).flatMap(([kind, judged]) => judged(scene, limits).map((what) => ({ kind, what })));
  };
})();
