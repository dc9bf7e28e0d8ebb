// Behaviour that folium does not offer. `localareaMap`, `localareaControl` and `localareaOptions` are defined above.
(function (map, control, options) {
  "use strict";
  // The layer list is the legend; outside the map it covers nothing and is read in order.
  document.getElementById("legend-list").appendChild(control.getContainer());
  map.attributionControl.setPrefix("Leaflet · ONS, OS, Royal Mail: see below");

  function thinOutNames() {
    map.getContainer().classList.toggle("far-out", map.getZoom() < 9);
  }
  map.on("zoomend", thinOutNames);
  thinOutNames();

  function ringHolds(ring, x, y) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i], [xj, yj] = ring[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  }
  function holds(layer, x, y) {
    let found = false;
    layer.eachLayer(function (part) {
      const shape = part.feature.geometry;
      const polygons = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
      polygons.forEach(function (rings) {
        if (ringHolds(rings[0], x, y) && !rings.slice(1).some((hole) => ringHolds(hole, x, y))) found = true;
      });
    });
    return found;
  }
  map.on("click", function (event) {
    const x = event.latlng.lng, y = event.latlng.lat, inside = [], outside = [];
    options.forEach(function (option) {
      (holds(option.layer, x, y) ? inside : outside).push("<li>" + option.title + "</li>");
    });
    const part = (word, items) => (items.length ? "<b>" + word + "</b><ul>" + items.join("") + "</ul>" : "");
    L.popup({ maxWidth: 280 })
      .setLatLng(event.latlng)
      .setContent(part("Inside", inside) + part("Outside", outside))
      .openOn(map);
  });
  // Leaflet lays out for the screen; in print the same view must fit another frame.
  let onScreen = null;
  const frame = map.getContainer();
  window.addEventListener("beforeprint", function () {
    onScreen = { centre: map.getCenter(), zoom: map.getZoom() };
    const seen = map.getBounds().pad(-0.05);
    frame.style.width = "188mm";
    frame.style.height = "128mm";
    map.invalidateSize(false).fitBounds(seen, { animate: false });
  });
  window.addEventListener("afterprint", function () {
    frame.style.width = frame.style.height = "";
    map.invalidateSize(false).setView(onScreen.centre, onScreen.zoom, { animate: false });
  });
  document.documentElement.dataset.mapReady = String(options.length);
})(localareaMap, localareaControl, localareaOptions);
