// src/core/change-words.ts
function changeWords({ risk, scope, name, before, after, notes }) {
	return {
		risk,
		place: scope.join(" › "),
		name,
		before: before.join(", "),
		after: after.join(", "),
		notes
	};
}
export { changeWords as t };
