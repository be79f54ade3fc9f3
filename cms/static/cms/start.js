// Starts the widgets of the CMS that cms/csp.py and the widget templates announce with <template data-start>.
const calls = new Set(["initDateChooser", "initTimeChooser", "initDateTimeChooser", "createTaskChooser"]);
const panels = new Set(["InlinePanel", "MultipleChooserPanel"]);

function start(template) {
  const { start: name, id, options } = template.dataset;
  const settings = options ? JSON.parse(options) : {};
  template.remove();
  if (calls.has(name)) window[name](id, settings);
  else if (panels.has(name)) new window[name](settings);
  else new window[name](id, settings);
}

function startAll(root) {
  if (root.matches?.("template[data-start]")) start(root);
  else root.querySelectorAll?.("template[data-start]").forEach(start);
}

startAll(document);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.isConnected) startAll(node);
}).observe(document.documentElement, { childList: true, subtree: true });
