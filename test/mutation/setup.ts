import fc from "fast-check"

// Random cases for a moment, not in full: thousands of mutants live through them, and each would take seconds.
fc.configureGlobal({ interruptAfterTimeLimit: 200 })
