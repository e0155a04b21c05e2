//! What is wrong with a page for whoever sees little, hears it read, has a keyboard only, or a phone.

use serde_json::Value;

use crate::Browser;

impl Browser {
    /// Texts of less contrast than 4.5 to 1 with what is behind them (WCAG 2.2, 1.4.3).
    pub async fn pale_texts(&self) -> Vec<String> {
        self.complaints(CONTRAST).await
    }

    /// What a screen reader could not tell: fields and buttons without a name, headings that skip a level, tables
    /// without caption or scope, ids given twice, a page without landmarks or language (WCAG 2.2, 1.3.1, 2.4.6, 3.1.1,
    /// 4.1.2).
    pub async fn untold(&self) -> Vec<String> {
        self.complaints(TOLD).await
    }

    /// What can be pressed and is smaller than 24 by 24 pixels, links in running text aside (WCAG 2.2, 2.5.8).
    pub async fn small_targets(&self) -> Vec<String> {
        self.complaints(TARGETS).await
    }

    /// By how many pixels the page is wider than its window.
    pub async fn overhang(&self) -> i64 {
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        self.evaluate(wide).await.as_i64().expect("a width is a number")
    }

    async fn complaints(&self, script: &str) -> Vec<String> {
        let Value::Array(all) = self.evaluate(script).await else { panic!("the script returns a list") };
        all.iter().map(|it| it.as_str().expect("a complaint is a text").to_owned()).collect()
    }
}

const CONTRAST: &str = r"
    const rgb = (text) => text.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
      const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = rgb(getComputedStyle(at).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
      }
      return rgb(getComputedStyle(document.body).backgroundColor);
    };
    const own = (element) => [...element.childNodes].some((it) => it.nodeType === 3 && it.data.trim() !== '')
      || ['INPUT', 'TEXTAREA', 'SELECT'].includes(element.tagName);
    return [...document.body.querySelectorAll('*')]
      .filter((element) => !element.closest('svg, noscript, script') && own(element) && element.checkVisibility())
      .filter((element) => {
        const [one, other] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) < 4.5;
      })
      .map((element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 40)}`);
";

const TOLD: &str = r"
    const wrong = [];
    const text = (it) => (it?.textContent ?? '').trim();
    const named = (it) => text(it) || it.getAttribute('aria-label')?.trim()
      || (it.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => text(document.getElementById(id))).join('')
      || [...(it.labels ?? [])].map(text).join('');
    for (const it of document.querySelectorAll('input:not([type=hidden]), select, textarea, progress')) {
      const label = it.getAttribute('aria-label') || [...(it.labels ?? [])].map(text).join('');
      if (!label) wrong.push(`field without a label: ${it.outerHTML}`);
    }
    for (const it of document.querySelectorAll('button, a[href], summary')) {
      if (!named(it)) wrong.push(`nothing says what this is: ${it.outerHTML}`);
    }
    for (const it of document.querySelectorAll('nav, [role=region], section')) {
      if (!it.getAttribute('aria-label') && !it.getAttribute('aria-labelledby')) {
        wrong.push(`a part without a name: ${it.outerHTML.slice(0, 80)}`);
      }
    }
    let level = 0;
    for (const it of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
      const next = Number(it.tagName[1]);
      if (next > level + 1) wrong.push(`${it.tagName} after level ${level}: ${text(it)}`);
      level = next;
    }
    if (document.querySelectorAll('h1').length !== 1) wrong.push('not one h1');
    for (const it of document.querySelectorAll('table')) {
      if (!text(it.caption)) wrong.push('a table without a caption');
      for (const head of it.querySelectorAll('th')) if (!head.scope) wrong.push(`th without scope: ${text(head)}`);
    }
    const ids = [...document.querySelectorAll('[id]')].map((it) => it.id);
    for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) wrong.push(`two are called ${id}`);
    for (const name of ['aria-describedby', 'aria-labelledby', 'for']) {
      for (const it of document.querySelectorAll(`[${name}]`)) {
        for (const id of it.getAttribute(name).split(' ')) {
          if (!document.getElementById(id)) wrong.push(`${name} names ${id}, which is not there`);
        }
      }
    }
    for (const mark of ['main', 'header', 'footer']) {
      if (document.querySelectorAll(`body > ${mark}`).length !== 1) wrong.push(`not one ${mark}`);
    }
    if (!document.documentElement.lang) wrong.push('no language');
    if (!document.title.trim()) wrong.push('no title');
    return wrong;
";

const TARGETS: &str = r"
    return [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, .button, nav a')]
      .filter((it) => it.checkVisibility())
      .map((it) => [it, it.getBoundingClientRect()])
      .filter(([, at]) => at.width < 24 || at.height < 24)
      .map(([it, at]) => `${Math.round(at.width)}x${Math.round(at.height)}: ${it.outerHTML.slice(0, 100)}`);
";
