// Package panel estimates regressions on panels: rows of an entity (a region, a firm) and a time. Least squares with any number
// of absorbed fixed effects, between and random effects, Poisson pseudo-maximum likelihood; errors robust or clustered in one or
// two ways, the bias-reduced CR2 with Satterthwaite degrees of freedom, the wild cluster bootstrap; distributed lags and
// leads that respect gaps; the Dumitrescu–Hurlin test. All of it is functions of tables: no clock, no file, and what is random
// comes from a seed.
//
// A design that the sample cannot carry is refused with DESIGN_REFUSED and the reason, and what was left out of the sample (rows
// with gaps, singletons, separated rows, collinear regressors) is counted and named in the result.
package panel

// Version names the computation: it changes when the same request could give other numbers.
const Version = "panel/1"
