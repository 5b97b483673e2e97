/** The generator has one core, the server another; the bench itself sleeps meanwhile. */
export const generatorCore = 1;
export const serverCore = 0;
