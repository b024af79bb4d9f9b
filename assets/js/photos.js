// [data-photos]: previews, removal, and a smaller copy before upload (long side 1920 px). The file field itself stays the truth.
const LONG_SIDE = 1920;

async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < 1_000_000) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    // What this browser cannot draw (HEIC) goes up as it is; the server decides.
    return /\.(heic|heif)$/i.test(file.name) ? file : null;
  }
}

class Picker {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=file]");
    this.list = box.querySelector(".photos__list");
    this.error = box.querySelector("[role=alert]");
    this.files = [];
    this.input.addEventListener("change", () => this.add([...this.input.files]));
  }

  async add(chosen) {
    const refused = [];
    this.box.setAttribute("aria-busy", "true");
    for (const file of chosen) {
      const kept = this.files.length < Number(this.box.dataset.most) ? await smaller(file) : undefined;
      if (kept) this.files.push(kept);
      else refused.push(kept === null ? `${this.box.dataset.refused} ${file.name}` : this.box.dataset.full);
    }
    this.box.removeAttribute("aria-busy");
    this.error.textContent = [...new Set(refused)].join(" ");
    this.error.hidden = !refused.length;
    this.show();
  }

  show() {
    const transfer = new DataTransfer();
    this.files.forEach((file) => transfer.items.add(file));
    this.input.files = transfer.files;
    this.list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    this.list.replaceChildren(...this.files.map((file, at) => this.tile(file, at)));
    this.list.hidden = !this.files.length;
  }

  tile(file, at) {
    const item = document.createElement("li");
    const image = document.createElement("img");
    const remove = document.createElement("button");
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    remove.type = "button";
    remove.textContent = "✕";
    remove.setAttribute("aria-label", `${this.box.dataset.remove} ${file.name}`);
    remove.addEventListener("click", () => {
      this.files.splice(at, 1);
      this.show();
      this.input.focus();
    });
    item.append(image, remove);
    return item;
  }
}

const start = () => {
  for (const box of document.querySelectorAll("[data-photos]:not([data-ready])")) {
    box.dataset.ready = "1";
    new Picker(box);
  }
};
document.addEventListener("htmx:after:swap", start);
start();
