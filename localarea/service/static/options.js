// The live map of options, and links that move figures without loading the whole page.
import { openMap } from "./map.js";

async function bring(address, part) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) { location.href = address; return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById(part).replaceWith(page.getElementById(part));
}

async function why(code) {
  const query = new URLSearchParams(new FormData(document.getElementById("zone-form")));
  query.set("zone", code);
  await bring(`/options?${query}`, "zone-panel");
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-part]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const address = link.getAttribute("href");
  await bring(address, link.dataset.part);
  history.replaceState(null, "", address);
  document.querySelector(`a[href="${CSS.escape(address)}"]`)?.focus();
});

const chooser = document.getElementById("zone");
document.getElementById("zone-form").addEventListener("submit", (event) => {
  if (!chooser.value) return;
  event.preventDefault();
  why(chooser.value);
});

function legend(L, map, data) {
  data.options.features.forEach((feature, at) => {
    const { id, title, colour, dash, width } = feature.properties;
    const style = { color: colour, weight: width, dashArray: dash, fill: false, interactive: false };
    const layer = L.geoJSON(feature, { style });
    const box = document.createElement("input");
    const label = document.createElement("label");
    Object.assign(box, { type: "checkbox", id: `layer-${at}`, checked: data.shown.includes(id) });
    label.htmlFor = box.id;
    label.innerHTML = `<svg width="44" height="14" aria-hidden="true"><line x1="2" y1="7" x2="42" y2="7"/></svg>`;
    const line = label.querySelector("line");
    line.setAttribute("stroke", colour);
    line.setAttribute("stroke-width", width);
    line.setAttribute("stroke-dasharray", dash);
    label.append(` ${title}`);
    box.addEventListener("change", () => (box.checked ? layer.addTo(map) : layer.remove()));
    if (box.checked) layer.addTo(map);
    const row = document.createElement("div");
    row.className = "la-layer";
    row.append(box, label);
    document.getElementById(box.checked ? "layers" : "more-layers").append(row);
  });
}

const opened = await openMap();
if (opened) {
  const { L, map, data } = opened;
  const style = { color: "#b1b4b6", weight: 0.5, fillColor: "#1d70b8", fillOpacity: 0.04 };
  L.geoJSON(data.zones, {
    style,
    onEachFeature: (feature, layer) => layer.on("click", () => {
      const { code, name } = feature.properties;
      chooser.value = code;
      document.getElementById("map-status").textContent = `${name}: see why it is in or out below.`;
      why(code);
    }),
  }).addTo(map);
  legend(L, map, data);
}
