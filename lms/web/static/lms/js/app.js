// Small comforts on every page; each page works without them.

const say = document.body.dataset;

/** Ask before a form is sent: <button data-confirm="…"> or <form data-confirm="…">. */
function ask(sentence) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "ask-text");
  const form = document.createElement("form");
  form.method = "dialog";
  const text = document.createElement("p");
  text.id = "ask-text";
  text.textContent = sentence;
  const row = document.createElement("div");
  row.className = "form-actions";
  for (const [value, label, look] of [["yes", say.yes, "button button-primary"], ["no", say.no, "button"]]) {
    const button = document.createElement("button");
    Object.assign(button, { value, textContent: label, className: look });
    row.append(button);
  }
  form.append(text, row);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      answer(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

/** The second press of an impatient finger changes nothing; <form data-many> may be sent again. */
function guard(form) {
  if (form.hasAttribute("data-many") || form.method !== "post" || form.target) return;
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
  setTimeout(release, 8000, form); // an answer that is a download leaves the page standing
}

function release(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (button?.formMethod === "dialog") return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const sentence = button?.dataset.confirm ?? form.dataset.confirm;
  if (sentence && !form.dataset.confirmed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(sentence).then((yes) => {
      if (!yes) return;
      form.dataset.confirmed = "1";
      form.requestSubmit(button ?? undefined);
      delete form.dataset.confirmed;
    });
    return;
  }
  // After all other listeners: a form that a script sends itself is that script's business.
  setTimeout(() => event.defaultPrevented || guard(form));
}, true);

// Back from the next page: the form may be sent again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

/** Say on the button itself, for eyes and screen readers, that it has done its work. */
function done(button) {
  const before = button.dataset.label ?? button.textContent;
  button.dataset.label = before;
  button.setAttribute("aria-live", "polite");
  button.textContent = say.copied;
  setTimeout(() => { button.textContent = before; }, 2500);
}

async function copy(text) {
  if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // plain http on a local network
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog)?.showModal();
    return;
  }
  const copier = event.target.closest("[data-copy], [data-copy-text]");
  if (copier) {
    const source = copier.dataset.copy && document.querySelector(copier.dataset.copy);
    // Where the clipboard is closed the text stands selected, ready for the reader's own copying.
    copy(copier.dataset.copyText ?? source?.value ?? source?.textContent.trim() ?? "")
      .then(() => done(copier), () => source?.select?.());
    return;
  }
  const sharer = event.target.closest("[data-share-url]");
  if (sharer) {
    const { shareTitle: title, shareText: text, shareUrl: url } = sharer.dataset;
    if (navigator.share) navigator.share({ title, text, url }).catch(() => {});
    else copy([text, url].filter(Boolean).join("\n")).then(() => done(sharer));
    return;
  }
  // A press beside an open menu closes it.
  for (const menu of document.querySelectorAll("details[data-closes][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-closes][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("change", (event) => {
  event.target.closest("form[data-autosubmit]")?.requestSubmit();
});
