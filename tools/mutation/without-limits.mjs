/** Lets each limit be taken away where it is used: `n >= MAX_X` becomes `n >= (m(7) ? Infinity : MAX_X)`. */
import { posix } from 'node:path';
import ts from 'typescript';

/**
 * @param {string} path @param {string} text
 * @param {(key: string) => number} idOf number of the limit 'src/a.ts MAX_X', -1 = it is none
 */
export function withoutLimits(path, text, idOf) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const ids = new Map();
  const know = (name, key) => {
    const id = idOf(key);
    if (id >= 0) ids.set(name, id);
  };
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
      const from = posix.join(posix.dirname(path), statement.moduleSpecifier.text).replace(/\.js$/, '.ts');
      for (const { name, propertyName } of bindings.elements)
        know(name.text, `${from} ${(propertyName ?? name).text}`);
    } else if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) know(name.text, `${path} ${name.text}`);
    }
  }
  const uses = [];
  const look = (node, inFunction) => {
    // A text tells the limit, and an allocation cannot be without one.
    if (ts.isTemplateSpan(node) || isAllocation(node) || ts.isTypeNode(node)) return;
    if (inFunction && ts.isIdentifier(node) && ids.has(node.text) && isValue(node)) uses.push(node);
    ts.forEachChild(node, (child) =>
      look(child, inFunction || ts.isFunctionLike(node) || ts.isClassLike(node)),
    );
  };
  look(file, false);
  let out = '';
  let at = 0;
  for (const node of uses) {
    const start = node.getStart(file);
    out += `${text.slice(at, start)}(globalThis.__mutant(${ids.get(node.text)}) ? Infinity : ${node.text})`;
    at = node.end;
  }
  return out + text.slice(at);
}

function isAllocation(node) {
  return ts.isNewExpression(node) && /Array$/.test(node.expression.getText());
}

function isValue({ parent, ...node }) {
  if (ts.isPropertyAccessExpression(parent)) return parent.name.pos !== node.pos;
  if (ts.isPropertyAssignment(parent)) return parent.name.pos !== node.pos;
  return !ts.isShorthandPropertyAssignment(parent);
}
