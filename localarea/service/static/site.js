// A map around a postcode: a click puts the point into the box, and asks about it.
import * as L from "/static/leaflet/leaflet-src.esm.js";

const live = document.querySelector(".la-live");
const data = JSON.parse(document.getElementById("site-data").textContent);
const box = document.getElementById("at");
live.hidden = false;

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const map = L.map("map", {
  zoomAnimation: !still, fadeAnimation: !still, inertia: !still, scrollWheelZoom: false,
  minZoom: 12, maxZoom: 19,
});
map.setView(data.point || data.at, 14);
map.attributionControl.setPrefix(false);
map.attributionControl.addAttribution("Office for National Statistics, OGL v3.0; roads © OpenStreetMap contributors, ODbL");
L.geoJSON(data.zones, {
  style: ({ properties: { local } }) => ({
    color: "#505a5f", weight: 1.5, fillColor: local ? "#00703c" : "#b1b4b6",
    fillOpacity: local ? 0.25 : 0.15, interactive: false,
  }),
}).addTo(map);
for (const { properties: { name, local }, geometry } of data.zones.features) {
  const said = document.createElement("span");
  said.textContent = `${name}: ${local ? "local" : "not local"}`;
  L.tooltip({ permanent: true, direction: "center", className: "la-name" })
    .setLatLng(L.geoJSON(geometry).getBounds().getCenter()).setContent(said).addTo(map);
}
L.geoJSON(data.roads, { style: { color: "#d4351c", weight: 2, opacity: 0.7, interactive: false } }).addTo(map);
const dot = { radius: 7, color: "#0b0c0c", weight: 2, fillColor: "#ffdd00", fillOpacity: 1, interactive: false };
L.circleMarker(data.at, dot).addTo(map);
if (data.point) {
  L.circleMarker(data.point, { ...dot, fillColor: "#1d70b8" }).addTo(map);
}

map.on("click", ({ latlng: { lat, lng } }) => {
  box.value = `${lat.toFixed(5)}, ${lng.toFixed(5)}`;
  box.form.requestSubmit();
});
// With the keyboard: the arrows move the map, and Enter asks about its middle.
map.getContainer().addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target === map.getContainer()) map.fire("click", { latlng: map.getCenter() });
});
