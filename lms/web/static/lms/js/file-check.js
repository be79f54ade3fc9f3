// The hash of a chosen file is made here, so the file itself never leaves this machine. Without this the form sends it.

const form = document.querySelector("[data-file-check]");

form?.addEventListener("submit", async (event) => {
    const input = form.elements.namedItem("file");
    const file = input.files?.[0];
    if (!file || !globalThis.crypto?.subtle) return;
    event.preventDefault();
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    form.elements.namedItem("sha256").value = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    input.disabled = true;
    form.submit();
});
