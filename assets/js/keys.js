/* Keys of the Curate tab: they press the buttons that carry them. Off while somebody types. */
(() => {
  const keys = { a: "accept", x: "discard", e: "edit", u: "undo", j: "next", k: "previous" };
  const button = (name) => {
    const found = document.getElementById(`card-${name}`);
    return found && found.offsetParent !== null && !found.disabled ? found : null;
  };
  const press = (event, name) => {
    const found = button(name);
    if (!found) return;
    event.preventDefault();
    found.click();
  };
  const typing = (node) =>
    node.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName);

  document.addEventListener("keydown", (event) => {
    const node = event.target instanceof Element ? event.target : document.body;
    const key = event.key.toLowerCase();
    const control = event.ctrlKey || event.metaKey;
    if (typing(node) && !(node.type === "radio" || node.type === "checkbox")) {
      if (control && key === "enter" && node.closest("#balanced-text")) press(event, "save");
      if (key === "escape" && node.closest("#balanced-text")) node.blur();
      return;
    }
    if (control && event.shiftKey && key === "z") return press(event, "redo");
    if (control || event.altKey || event.repeat) return;
    if (event.key === "?" && button("accept")) {
      const help = document.getElementById("keys-help");
      if (help) help.open = !help.open;
    } else if (keys[key]) {
      press(event, keys[key]);
    }
  });
})();
