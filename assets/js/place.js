// <button data-locate="place"> asks the device for its position, only when tapped, and fills place_lat and place_lng.
// The next [data-locate-said] speaks; its texts come as data-asking, data-found, data-denied.
export function fill(prefix, lat, lng) {
  for (const [name, value] of [["lat", lat], ["lng", lng]]) {
    const field = document.querySelector(`[name="${prefix}_${name}"]`);
    if (!field) continue;
    field.value = value.toFixed(6);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-locate]");
  if (!button) return;
  const said = document.querySelector("[data-locate-said]");
  const say = (name) => { if (said) said.textContent = said.dataset[name] ?? ""; };
  if (!navigator.geolocation) return say("denied");
  button.setAttribute("aria-busy", "true");
  say("asking");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      button.removeAttribute("aria-busy");
      fill(button.dataset.locate, coords.latitude, coords.longitude);
      say("found");
      document.dispatchEvent(new CustomEvent("place:found", { detail: { lat: coords.latitude, lng: coords.longitude } }));
    },
    () => {
      button.removeAttribute("aria-busy");
      say("denied");
    },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
});
