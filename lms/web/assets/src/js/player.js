// The course player: pages by keys, videos with captions.
import "../css/player.css";
import Plyr from "plyr";

document.addEventListener("keydown", (event) => {
  const quiet = event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
  if (quiet || event.target.closest("input, textarea, select, [role=tab], video, audio, .plyr, [contenteditable], dialog, iframe")) return;
  const link = { ArrowLeft: "[data-previous]", ArrowRight: "[data-next]" }[event.key];
  if (link) document.querySelector(link)?.click();
});

for (const video of document.querySelectorAll("video[controls]")) {
  new Plyr(video, {
    iconUrl: document.querySelector('meta[name="player-icons"]')?.content ?? "/static/vendor/plyr.svg",
    controls: ["play-large", "play", "progress", "current-time", "mute", "volume", "captions", "settings", "fullscreen"],
    captions: { active: true, update: true },
    keyboard: { focused: true, global: false },
    blankVideo: "",
  });
}
