// One cursor for all charts: where it stands, the legends show the values.
const source = document.getElementById("curves");
if (source) {
  const { seen, measures, box: [left, right, top, bottom], unit, scale } = JSON.parse(source.textContent);
  const last = seen[seen.length - 1];
  const digits = v => Math.abs(v) >= 100 ? Math.round(v).toLocaleString("en") : String(+v.toPrecision(3));
  const shown = v => v === null ? "–" : digits(v).replace("-", "−");
  const show = place => {
    document.querySelectorAll("[data-measure]").forEach(b => {
      b.textContent = shown(measures[b.dataset.measure].at(place));
    });
  };
  document.querySelectorAll(".chart svg").forEach(svg => {
    svg.addEventListener("pointermove", event => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const wanted = (point.x - left) / (right - left) * last;
      let place = 0;
      seen.forEach((x, i) => { if (Math.abs(x - wanted) < Math.abs(seen[place] - wanted)) place = i; });
      const x = left + seen[place] / last * (right - left);
      document.querySelectorAll(".cursor").forEach(cursor => {
        cursor.style.display = "inline";
        cursor.querySelector("path").setAttribute("d", `M${x} ${top}V${bottom}`);
        const label = cursor.querySelector("text");
        const count = (seen[place] / scale).toLocaleString("en", { maximumFractionDigits: 1 });
        label.textContent = `${count} ${unit}`;
        const after = x < (left + right) / 2;
        label.setAttribute("x", after ? x + 5 : x - 5);
        label.setAttribute("y", top + 9);
        label.setAttribute("text-anchor", after ? "start" : "end");
      });
      show(place);
    });
    svg.addEventListener("pointerleave", () => {
      document.querySelectorAll(".cursor").forEach(cursor => cursor.style.display = "none");
      show(-1);
    });
  });
}
