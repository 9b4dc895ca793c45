// @ts-check

/**
 * @typedef {{caption: string, columns: string[], rows: string[][]}} Table
 */

/**
 * Show tables, each in a box of its own that scrolls. Text stays text, whoever wrote it.
 * @param {HTMLElement} parent
 * @param {Table[]} tables
 */
export function fillTables(parent, tables) {
  parent.replaceChildren(...tables.map(box));
}

/** @param {Table} table */
function box({ caption, columns, rows }) {
  const scroller = document.createElement('div');
  scroller.className = 'scroller';
  scroller.tabIndex = 0;
  scroller.setAttribute('role', 'region');
  scroller.setAttribute('aria-label', caption);
  const table = document.createElement('table');
  table.createCaption().textContent = caption;
  const head = table.createTHead().insertRow();
  for (const column of columns) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = column;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const value of row) line.insertCell().textContent = value;
  }
  scroller.append(table);
  return scroller;
}
