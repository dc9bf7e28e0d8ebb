// Draws zones, options and postcodes from the data in the page; `localareaAtlas` and `localareaMaps` are defined above.
(function (data, maps) {
  "use strict";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const move = { animate: !still, duration: 0.4 };
  const byId = (id) => document.getElementById(id);
  const zones = data.zones.features;

  // ---- postcodes ----
  function unpack(packed, count) {
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const rows = [];
    let at = 0;
    for (let row = 0; row < 4; row++) {
      const values = new Float64Array(count);
      let last = 0;
      for (let i = 0; i < count; i++) {
        let value = 0, scale = 1, byte;
        do { byte = bytes[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte & 128);
        if (row > 0) value = value % 2 ? -(value + 1) / 2 : value / 2;
        last += value;
        values[i] = last;
      }
      rows.push(values);
    }
    return { key: rows[0], lat: rows[1], lng: rows[2], zone: rows[3] };
  }
  const index = unpack(data.postcodes.packed, data.postcodes.count);
  const A = "A".charCodeAt(0);
  function outwardNumber(outward) {
    const match = /^([A-Z])([A-Z]?)(\d)([A-Z\d]?)$/.exec(outward);
    if (!match) return null;
    const a = match[1].charCodeAt(0) - A, b = match[2] ? match[2].charCodeAt(0) - A + 1 : 0;
    const c = Number(match[3]), last = match[4];
    const d = last === "" ? 0 : /\d/.test(last) ? Number(last) + 1 : last.charCodeAt(0) - A + 11;
    return ((a * 27 + b) * 12 + c) * 37 + d;
  }
  function firstAt(key) {
    let low = 0, high = index.key.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index.key[middle] < key) low = middle + 1; else high = middle;
    }
    return low;
  }
  function read(text) {
    const tidy = text.toUpperCase().replace(/[^A-Z0-9]/g, "");
    const whole = /^(.{2,4})(\d)([A-Z])([A-Z])$/.exec(tidy);
    if (whole && outwardNumber(whole[1]) !== null) {
      const key = (outwardNumber(whole[1]) * 10 + Number(whole[2])) * 676 + (whole[3].charCodeAt(0) - A) * 26 + whole[4].charCodeAt(0) - A;
      return { name: whole[1] + " " + whole[2] + whole[3] + whole[4], from: key, to: key + 1, one: true };
    }
    const outward = outwardNumber(tidy);
    if (outward !== null) return { name: tidy, from: outward * 6760, to: (outward + 1) * 6760, one: false };
    const sector = /^(.{2,4})(\d)$/.exec(tidy);
    if (sector && outwardNumber(sector[1]) !== null) {
      const start = (outwardNumber(sector[1]) * 10 + Number(sector[2])) * 676;
      return { name: sector[1] + " " + sector[2], from: start, to: start + 676, one: false };
    }
    return null;
  }

  // ---- text ----
  const percent = (share) => (share === null ? "not known" : (share < 0.0995 ? (100 * share).toFixed(1) : Math.round(100 * share)) + "%");
  const holders = (zone) => data.options.filter((option) => option.held[zone]);
  function element(name, text, parent) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }
  function describe(zone, heading) {
    const row = data.rows[zone], box = document.createElement("div");
    element("b", heading ? heading + ": zone " + row.name : row.name, box);
    element("p", row.district + ", " + zones[zone].id, box);
    const facts = [];
    if (row.share !== null) facts.push(percent(row.share) + " of its commuters work in " + data.anchor.name);
    if (row.minutes !== null) facts.push(Math.round(row.minutes) + " minutes by road");
    if (facts.length) element("p", facts.join("; "), box);
    const held = holders(zone);
    [["Local under", held], ["Not local under", data.options.filter((o) => !o.held[zone])]].forEach(function (part) {
      if (!part[1].length) return;
      element("b", part[0], box);
      const list = element("ul", "", box);
      part[1].forEach((option) => element("li", option.title, list));
    });
    return box;
  }
  function spoken(zone) {
    const held = holders(zone);
    const n = data.options.length;
    const said = held.length === n ? "local under every option shown" : held.length === 0 ? "local under none of them"
      : "local under " + held.length + " of " + n + ": " + held.map((o) => o.title).join("; ");
    return data.rows[zone].name + ", " + data.rows[zone].district + ": " + said + ".";
  }

  // ---- drawing ----
  function icon(html) { return L.divIcon({ html: html, iconSize: [0, 0], className: "" }); }
  function label(map, lat, lng, html, above) {
    return L.marker([lat, lng], { icon: icon(html), interactive: false, keyboard: false, zIndexOffset: above || 0 });
  }
  function ringHolds(ring, x, y) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const xi = ring[i][0], yi = ring[i][1], xj = ring[j][0], yj = ring[j][1];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  }
  function zoneAt(lat, lng) {
    return zones.findIndex(function (feature) {
      const shape = feature.geometry;
      const polygons = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
      return polygons.some((rings) => ringHolds(rings[0], lng, lat) && !rings.slice(1).some((hole) => ringHolds(hole, lng, lat)));
    });
  }
  const places = maps.map(function (map) {
    map.attributionControl.setPrefix("Leaflet · ONS, OS, Royal Mail: see below");
    const land = { stroke: false, fillColor: "#f7f4ee", fillOpacity: data.tiles ? 0.35 : 1 };
    L.geoJSON(data.far, { style: land, interactive: false, smoothFactor: 0 }).addTo(map);
    L.geoJSON(data.land, { style: land, interactive: false, smoothFactor: 0 }).addTo(map);
    const shaded = L.geoJSON(data.zones, { style: { stroke: false, fill: false }, interactive: false, smoothFactor: 0 }).addTo(map);
    const borders = L.geoJSON(data.borders, { style: { color: "#4a4f59", weight: 0.9, fill: false }, interactive: false, smoothFactor: 0 }).addTo(map);
    label(map, data.anchor.lat, data.anchor.lng, data.anchor.html, 1000).addTo(map);
    const names = L.layerGroup();
    data.towns.forEach((t) => label(map, t.lat, t.lng, '<div class="town"><i></i><span>' + t.html + "</span></div>", 500).addTo(names));
    data.districts.forEach((d) => label(map, d.lat, d.lng, '<div class="place">' + d.html + "</div>").addTo(names));
    names.addTo(map);
    const thin = function () {
      map.getContainer().classList.toggle("far-out", map.getZoom() < 9);
      // A name that would stand on one before it (the anchor, towns, districts) waits for a closer look.
      const taken = [];
      map.getContainer().querySelectorAll(".anchor, .town, .place").forEach(function (name) {
        const box = name.getBoundingClientRect();
        const room = taken.every((other) => box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top);
        name.style.visibility = room ? "" : "hidden";
        if (room && box.width) taken.push(box);
      });
    };
    map.on("zoomend resize", thin);
    names.on("add", thin);
    thin();
    return { map: map, shaded: shaded, borders: borders, names: names, mark: null };
  });
  function paint(place, look) {
    place.shaded.eachLayer(function (layer) {
      layer.setStyle(look(place.index.get(layer.feature.id)));
    });
  }
  const position = new Map(zones.map((feature, i) => [feature.id, i]));
  places.forEach((place) => { place.index = position; });
  function show(place, latlng, content) {
    L.popup({ maxWidth: 300, autoPan: true, autoPanPaddingTopLeft: [10, 10] }).setLatLng(latlng).setContent(content).openOn(place.map);
  }
  function ask(place, latlng) {
    const zone = zoneAt(latlng.lat, latlng.lng);
    if (zone < 0) { place.map.closePopup(); byId("answer").textContent = "No zone of this map lies there."; return; }
    show(place, latlng, describe(zone));
    byId("answer").textContent = spoken(zone);
  }
  places.forEach(function (place) {
    place.map.on("click", (event) => ask(place, event.latlng));
    // Without a mouse, the centre of the map is the pointer.
    place.map.getContainer().addEventListener("keydown", function (event) {
      if (event.key === "Enter" && event.target === event.currentTarget) { event.preventDefault(); ask(place, place.map.getCenter()); }
      if (event.key === "Escape") place.map.closePopup();
    });
  });

  // ---- shading and layers ----
  const hatch = { gained: "url(#hatch-gained)", lost: "url(#hatch-lost)" };
  function shade(name) {
    const set = data.shades[name];
    places.forEach((place) => paint(place, function (zone) {
      if (!set) return { stroke: false, fill: false };
      const number = set.classes[zone];
      if (number === null) return { stroke: false, fill: false };
      const fill = number < 0 ? "#ffffff" : set.colours[number];
      return { stroke: true, color: "#a9aeb8", weight: 0.4, fill: true, fillColor: fill, fillOpacity: data.tiles ? 0.75 : 1 };
    }));
    document.querySelectorAll(".key").forEach((key) => { key.hidden = key.dataset.shade !== name; });
    document.documentElement.dataset.shade = name;
  }
  if (data.mode === "explore") {
    const place = places[0];
    const layers = {};
    data.options.forEach(function (option) {
      layers[option.id] = L.geoJSON(option.outline, { style: { color: option.colour, weight: option.width, dashArray: option.dash || null, lineCap: "butt", fill: false }, interactive: false, smoothFactor: 0 });
    });
    data.rings.forEach(function (ring) {
      layers["ring-" + ring.minutes] = L.geoJSON(ring.outline, { style: { color: "#16181d", weight: 1.6, dashArray: "1 4", lineCap: "round", fill: false }, interactive: false, smoothFactor: 0 });
    });
    layers.names = place.names;
    document.querySelectorAll("input[data-layer]").forEach(function (box) {
      const update = function () {
        box.dataset.layer.split(" ").forEach(function (id) {
          if (!layers[id]) return;
          if (box.checked) layers[id].addTo(place.map); else layers[id].remove();
        });
      };
      box.addEventListener("change", update);
      update();
    });
    document.querySelectorAll("input[name=shade]").forEach((radio) => radio.addEventListener("change", () => shade(radio.value)));
    shade(document.querySelector("input[name=shade]:checked").value);
  } else {
    // Keep two maps of the same place in step.
    let busy = false;
    places.forEach(function (place, side) {
      const option = data.options[side], other = data.options[1 - side];
      paint(place, function (zone) {
        const line = { stroke: true, color: "#ffffff", weight: 0.5, fill: true, fillOpacity: 1 };
        if (!option.held[zone]) return { stroke: false, fill: false };
        if (other.held[zone]) return Object.assign(line, { fillColor: data.changes.both });
        return Object.assign(line, { color: "#ffffff", fillColor: side ? hatch.gained : hatch.lost });
      });
      L.geoJSON(option.outline, { style: { color: "#16181d", weight: 2, fill: false }, interactive: false, smoothFactor: 0 }).addTo(place.map);
      place.map.on("move zoomend", function () {
        if (busy) return;
        busy = true;
        places[1 - side].map.setView(place.map.getCenter(), place.map.getZoom(), { animate: false });
        busy = false;
      });
    });
  }

  // ---- search ----
  function clear() {
    places.forEach(function (place) { if (place.mark) place.mark.remove(); place.mark = null; place.map.closePopup(); });
  }
  function search(text) {
    clear();
    const wanted = read(text);
    if (!wanted) return text.trim() ? "“" + text.trim() + "” does not read as a postcode, nor as its first part." : "Type a postcode.";
    const from = firstAt(wanted.from), to = firstAt(wanted.to), step = data.postcodes.step;
    if (from === to) return wanted.name + " is not among the " + data.postcodes.count.toLocaleString("en-GB") + " live postcodes of the zones on this map (" + data.postcodes.date + "). It may be elsewhere, withdrawn, or newer than the directory; to find out, run localarea check.";
    if (wanted.one) {
      const latlng = L.latLng(index.lat[from] * step, index.lng[from] * step), zone = index.zone[from];
      places.forEach(function (place) {
        place.mark = L.circleMarker(latlng, { radius: 7, color: "#16181d", weight: 3, fillColor: "#F0E442", fillOpacity: 1, interactive: false }).addTo(place.map);
        place.map.setView(latlng, Math.max(place.map.getZoom(), 11), move);
      });
      show(places[0], latlng, describe(zone, wanted.name));
      return wanted.name + " lies in the zone " + spoken(zone);
    }
    const corners = [];
    for (let i = from; i < to; i++) corners.push([index.lat[i] * step, index.lng[i] * step]);
    places[0].map.fitBounds(corners, Object.assign({ maxZoom: 13 }, move));
    const shares = data.options.map(function (option) {
      let held = 0;
      for (let i = from; i < to; i++) held += option.held[index.zone[i]] ? 1 : 0;
      return option.title + ": " + percent(held / (to - from));
    });
    return wanted.name + " has " + (to - from).toLocaleString("en-GB") + " live postcodes on this map. Local under " + shares.join("; ") + ".";
  }
  byId("search").addEventListener("submit", function (event) {
    event.preventDefault();
    byId("answer").textContent = search(byId("postcode").value);
  });
  document.querySelectorAll("button[data-zone]").forEach(function (button) {
    button.addEventListener("click", function () {
      clear();
      const at = data.rows[Number(button.dataset.zone)];
      places[0].map.setView([at.lat, at.lng], Math.max(places[0].map.getZoom(), 11), move);
      show(places[0], L.latLng(at.lat, at.lng), describe(Number(button.dataset.zone)));
      byId("answer").textContent = spoken(Number(button.dataset.zone));
      byId("search").scrollIntoView({ behavior: still ? "auto" : "smooth", block: "nearest" });
    });
  });

  // ---- print ----
  let screen = null;
  window.addEventListener("beforeprint", function () {
    screen = places.map((place) => [place.map.getCenter(), place.map.getZoom()]);
    places.forEach(function (place) {
      const seen = place.map.getBounds().pad(-0.05), frame = place.map.getContainer();
      frame.style.width = data.mode === "explore" ? "188mm" : "134mm";
      frame.style.height = data.mode === "explore" ? "122mm" : "112mm";
      place.map.invalidateSize(false).fitBounds(seen, { animate: false });
    });
  });
  window.addEventListener("afterprint", function () {
    places.forEach(function (place, i) {
      const frame = place.map.getContainer();
      frame.style.width = frame.style.height = "";
      place.map.invalidateSize(false).setView(screen[i][0], screen[i][1], { animate: false });
    });
  });
  document.documentElement.dataset.mapReady = String(data.options.length);
})(localareaAtlas, localareaMaps);
