// <div class="signature" data-signature="name of the hidden input">: drawn with a finger, or typed.
import SignaturePad from "signature_pad";

for (const box of document.querySelectorAll("[data-signature]")) setUp(box);

function setUp(box) {
  const canvas = box.querySelector("canvas");
  const output = box.querySelector("input[data-signature-value]");
  const typed = box.querySelector("input[data-signature-typed]");
  const status = box.querySelector("[data-signature-status]");
  const pad = new SignaturePad(canvas, { minWidth: 1.2, maxWidth: 3.2, penColor: "#1e2430", backgroundColor: "rgba(255,255,255,0)" });
  let width = 0;

  const show = () => {
    const signed = !pad.isEmpty() || Boolean(typed?.value.trim());
    box.classList.toggle("is-signed", signed);
    output.value = signed ? picture(canvas, pad, typed) : "";
    if (status) status.textContent = window.bouquet.say(signed ? "signed" : "unsigned");
    box.dispatchEvent(new CustomEvent("signature", { bubbles: true, detail: { signed } }));
  };

  // a canvas forgets its drawing when its size changes: the strokes are kept, scaled to the new width
  const fit = () => {
    const ratio = Math.max(devicePixelRatio || 1, 1);
    const next = canvas.offsetWidth;
    if (!next || next === width) return;
    const scale = width ? next / width : 1;
    const strokes = pad.toData().map((stroke) => ({ ...stroke, points: stroke.points.map((point) => ({ ...point, x: point.x * scale, y: point.y * scale })) }));
    width = next;
    canvas.width = next * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    pad.fromData(strokes);
    show();
  };

  new ResizeObserver(fit).observe(canvas);
  fit();
  pad.addEventListener("endStroke", () => { if (typed) typed.value = ""; show(); });
  typed?.addEventListener("input", () => { pad.clear(); show(); });
  box.querySelector("[data-signature-clear]")?.addEventListener("click", () => { pad.clear(); if (typed) typed.value = ""; show(); });
  box.closest("form")?.addEventListener("submit", show, { capture: true });
}

/** A PNG data address: the strokes on white, or the typed name in a running hand. */
function picture(canvas, pad, typed) {
  const copy = document.createElement("canvas");
  copy.width = 640;
  copy.height = Math.max(1, Math.round((640 * canvas.height) / Math.max(canvas.width, 1))) || 213;
  const brush = copy.getContext("2d");
  brush.fillStyle = "#ffffff";
  brush.fillRect(0, 0, copy.width, copy.height);
  if (!pad.isEmpty()) {
    brush.drawImage(canvas, 0, 0, canvas.width, canvas.height, 0, 0, copy.width, copy.height);
  } else {
    const name = typed.value.trim();
    let size = 80;
    do {
      brush.font = `italic ${size}px "Atkinson Hyperlegible Next Variable", cursive`;
      size -= 6;
    } while (size > 24 && brush.measureText(name).width > copy.width - 56);
    brush.fillStyle = "#1e2430";
    brush.textBaseline = "middle";
    brush.fillText(name, 28, copy.height / 2);
  }
  return copy.toDataURL("image/png");
}
