/**
 * Puts every mutant of a source into the source itself: `a < b` becomes `(m(7) ? a <= b : a < b)`. Which one is
 * switched on is asked at run time, so that nothing is compiled or loaded anew for a mutant.
 */
import ts from 'typescript';

/** What a comparison of bounds becomes: the same one off by one. */
const OTHER = new Map([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
]);

/**
 * @param {string} path @param {string} text @param {number} first number of the first mutant
 * @returns {{ text: string, mutants: { id: number, path: string, line: number, before: string, after: string }[] }}
 */
export function instrument(path, text, first) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const mutants = [];
  const textOf = (node) => {
    if (ts.isBinaryExpression(node) && OTHER.has(node.operatorToken.kind)) {
      const id = first + mutants.length;
      const other = OTHER.get(node.operatorToken.kind);
      const [before, line] = [
        node.getText(file),
        file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1,
      ];
      const after = `${node.left.getText(file)} ${other} ${node.right.getText(file)}`;
      mutants.push({ id, path, line, before: oneLine(before), after: oneLine(after) });
      const [left, right] = [textOf(node.left), textOf(node.right)];
      const same = node.operatorToken.getText(file);
      return `(globalThis.__mutant(${id}) ? ${left} ${other} ${right} : ${left} ${same} ${right})`;
    }
    let out = '';
    let at = node.getFullStart();
    ts.forEachChild(node, (child) => {
      out += text.slice(at, child.getFullStart());
      const start = child.getStart(file);
      out += text.slice(child.getFullStart(), start) + stripped(textOf(child), text, child, start);
      at = child.end;
    });
    return out + text.slice(at, node.end);
  };
  return { text: textOf(file), mutants };
}

/** What a node's text begins with before its first token belongs to who asked for it. */
function stripped(out, text, node, start) {
  const before = text.slice(node.getFullStart(), start);
  return out.startsWith(before) ? out.slice(before.length) : out;
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ');
}
