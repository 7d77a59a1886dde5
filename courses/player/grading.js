// Grading: the same results as courses/grading.py on the same answers (a test holds the two together).

function plainLetters(text) {
  const lower = text.toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ").replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/ø/g, "o");
  return lower.normalize("NFKD").replace(/\p{M}/gu, "");
}

function foldText(text) {
  const words = (plainLetters(text).replace(/_/g, " ").match(/[\p{L}\p{N}]+/gu) || []).join(" ");
  return words || text.split(/\s+/).filter(Boolean).join(" ");
}

// The number a learner wrote (« 7,5 », « 1 234,5 h »), or null.
function readNumber(text, unit = "") {
  const spread = text.normalize("NFKC").replace(/\u2212/g, "-").trim();
  const found = /^([-+]?)\s*([0-9][0-9 .,]*|[.,][0-9]+)\s*(.*)$/.exec(spread);
  if (!found) return null;
  const [, sign, written, rest] = found;
  if (unit && rest.trim() && foldText(rest) !== foldText(unit)) return null;
  const digits = written.replace(/ /g, "");
  const decimal = digits.lastIndexOf(",") > digits.lastIndexOf(".") ? "," : ".";
  const cleaned = digits.split(decimal === "," ? "." : ",").join("").replace(decimal === "," ? /,+$/ : /\.+$/, "");
  if (cleaned.split(decimal).length > 2 || !cleaned || cleaned.length > 30) return null;
  return Number(sign + cleaned.replace(decimal, "."));
}

const GRADERS = {
  single: (question, response) => (question.choices.some((c) => c.id === response && c.correct) ? 1 : 0),
  multiple(question, response) {
    const expected = question.choices.filter((c) => c.correct).length;
    const points = question.choices.reduce((sum, c) => sum + (response.includes(c.id) ? (c.correct ? 1 : -1) : 0), 0);
    return expected ? Math.max(points, 0) / expected : 0;
  },
  ordering(question, response) {
    const right = question.choices.map((c) => c.id);
    let pairs = 0;
    let inOrder = 0;
    right.forEach((one, n) => right.slice(n + 1).forEach((other) => {
      pairs += 1;
      if (response.indexOf(one) < response.indexOf(other)) inOrder += 1;
    }));
    return pairs ? inOrder / pairs : 1;
  },
  matching(question, response) {
    const texts = Object.fromEntries(question.choices.map((c) => [c.id, c.match]));
    const right = question.choices.filter((c) => c.id in response && texts[response[c.id]] === c.match).length;
    return question.choices.length ? right / question.choices.length : 0;
  },
  numeric(question, response) {
    const { value: expected, tolerance, unit } = question.numeric;
    const value = readNumber(String(response), unit);
    const slack = 1e-9 * Math.max(1, Math.abs(expected));
    return value !== null && Math.abs(value - expected) <= tolerance + slack ? 1 : 0;
  },
  text(question, response) {
    const folded = foldText(response);
    return question.accepted.some((accepted) => foldText(accepted) === folded) ? 1 : 0;
  },
};

// 0..1; null is « I don't know ».
function gradeAnswer(question, response) {
  return response === null ? 0 : GRADERS[question.type](question, response);
}
