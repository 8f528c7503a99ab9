"""Pages of a report in a real browser: how wide they are, what they load, where links lead.

A page beside the report holds it in a frame, clicks as a reader would, and says what it saw.
"""

import html
import json
import re
import shutil
import subprocess

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--allow-file-access-from-files"),
    *("--window-size=1400,900", "--virtual-time-budget=60000", "--dump-dom"),
]
PROBE = """<!doctype html><iframe id="f" width="WIDTH" height="900"></iframe>
<pre id="said"></pre><script>
var FOUND = [".verdict a[href^='#finding-']", ".verdict a[href^='#waived-']",
             ".verdict a[href^='#doubt-']"].join();
var frame = document.getElementById("f");
function page() { return frame.contentDocument; }
function loaded() { return new Promise(function (done) { frame.onload = done; }); }
function settled() { return new Promise(function (done) { setTimeout(done, 50); }); }
function look(url) { var wait = loaded(); frame.src = url; return wait; }
function target(link) { return page().getElementById(link.hash.slice(1)); }
function is_seen(element) {
  var box = element.getBoundingClientRect(), view = page().defaultView;
  var hit = page().elementFromPoint(box.left + 12, Math.max(box.top, 0) + 4);
  return box.height > 0 && box.top < view.innerHeight && !!hit && element.contains(hit);
}
async function follow(link) {
  var wait = link.getAttribute("href")[0] == "#" ? settled() : loaded().then(settled);
  link.click();
  await wait;
}
function measure() {
  var beyond = [], view = page().defaultView;
  page().querySelectorAll("details").forEach(function (each) { each.open = true; });
  var room = page().documentElement.clientWidth + 1, scrolled = ".scroll, .paper, .rows, .also";
  page().querySelectorAll("body *").forEach(function (each) {
    var box = each.getBoundingClientRect();
    if (box.right > room && !each.closest(scrolled))
      beyond.push(each.tagName + "." + each.className);
  });
  var loads = view.performance.getEntriesByType("resource");
  return {width: page().documentElement.scrollWidth, beyond: beyond,
          loads: loads.map(function (one) { return one.name; })};
}
async function walk(index, number) {
  await look(index);
  var link = page().querySelectorAll(FOUND)[number];
  var finding = target(link);
  await follow(link);
  var is_there = is_seen(finding), row = finding.querySelector("a[href*='-row-']") ||
                                         finding.querySelector("a[href*='#case-']");
  var named = row.hash.slice(1);
  await follow(row);
  var evidence = page().getElementById(named);
  return {finding: finding.id, is_there: is_there, row: named, is_shown: is_seen(evidence)};
}
async function probe() {
  var said = {pages: {}, walks: []};
  for (var url of PAGES) { await look(url); said.pages[url] = measure(); }
  await look("index.html");
  var count = page().querySelectorAll(FOUND).length;
  said.findings = Array.from(page().querySelectorAll(".finding[id^='finding-']"),
                             function (one) { return one.id; });
  for (var n = 0; n < count; n++) said.walks.push(await walk("index.html", n));
  return said;
}
probe().catch(function (error) { return {error: String(error)}; }).then(function (said) {
  document.getElementById("said").textContent = JSON.stringify(said);
});
</script>"""


def seen(folder, profile, width):
    """Return what the browser saw of the pages of a report in a window of so many pixels.

    profile: an empty folder for the browser.
    """
    pages = ["index.html", *(str(each.relative_to(folder)) for each in own_pages(folder)[:3])]
    text = PROBE.replace("WIDTH", str(width)).replace("PAGES", json.dumps(pages))
    (folder / "probe.html").write_text(text)
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", f"file://{folder}/probe.html"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    said = re.search(r'<pre id="said">(\{.*?)</pre>', done.stdout, re.DOTALL)
    assert said, done.stderr[-2000:]
    return json.loads(html.unescape(said[1]))


def own_pages(folder):
    """Return the pages of single cases."""
    return sorted(folder.glob("cases/*/index.html"))
