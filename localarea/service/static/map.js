// The base of every live map: districts and zones from our own data, no tiles from elsewhere.
import * as L from "/static/leaflet/leaflet-src.esm.js";

// The still picture is what is printed; it is fetched once nobody waits for anything else.
function keepForPaper(still) {
  if (!still) return;
  still.hidden = true;
  const fetchPicture = () => still.querySelector("img").setAttribute("loading", "eager");
  if (document.readyState === "complete") fetchPicture();
  else addEventListener("load", fetchPicture);
}

export async function openMap() {
  const live = document.querySelector(".la-live");
  const answer = await fetch(document.getElementById("map").dataset.source);
  if (!answer.ok) return null;
  const data = await answer.json();
  live.hidden = false;
  keepForPaper(document.querySelector(".la-still"));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map("map", {
    zoomAnimation: !still, fadeAnimation: !still, inertia: !still, scrollWheelZoom: false,
  });
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution("Office for National Statistics, OGL v3.0; minutes by car © OpenStreetMap contributors, ODbL");
  const district = { color: "#505a5f", weight: 1.5, fill: false, interactive: false };
  L.geoJSON(data.districts, { style: district }).addTo(map);
  for (const { properties: { name, at } } of data.districts.features) {
    const said = document.createElement("span");
    said.textContent = name;
    L.tooltip({ permanent: true, direction: "center", className: "la-name" })
      .setLatLng(at).setContent(said).addTo(map);
  }
  const first = data.options.features.filter((one) => data.shown.includes(one.properties.id));
  map.fitBounds(L.geoJSON(first).getBounds().pad(0.1), { animate: false });
  return { L, map, data };
}
