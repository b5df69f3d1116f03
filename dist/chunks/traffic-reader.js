import { i as writeDay, n as mergeDays } from "./traffic-day.js";
// src/flows/traffic-reader.ts
/**
* Counts on this thread. Each reading of a file has a counter of its own, and only the one that is kept counts.
* @param now    later records are not believed
* @param since  the first day that is kept
*/
function trafficReader(profile, host, now, since) {
	const days = /* @__PURE__ */ new Map();
	const skipped = [];
	/** of the file that was kept last: a recipient that was put off in two files within one bucket counts once */
	let last = null;
	let running = null;
	return {
		begin(file, from, outline) {
			const counter = last?.next(outline) ?? profile.traffic(host, outline, now.getTime());
			running = {
				counter,
				tap: counter.tap(file, from)
			};
		},
		async push(content) {
			running?.tap.push(content);
		},
		async keep(isComplete) {
			if (running === null) throw new Error("nothing was begun");
			const { counter, tap } = running;
			const next = tap.end(isComplete);
			for (const day of counter.days()) {
				const sum = days.get(day.day);
				if (day.day >= since) days.set(day.day, sum === void 0 ? day : mergeDays([sum, day]));
			}
			skipped.push(...counter.skipped());
			last = counter;
			running = null;
			return next;
		},
		result: async () => ({
			days: [...days.values()].map((day) => writeDay(day)),
			skipped
		})
	};
}
export { trafficReader as t };
