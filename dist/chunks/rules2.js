export { t as chainOf, n as isJump, r as jumpsOf, i as ruleFindings, a as standardRto, o as warningsOf } from "./rules.js";
