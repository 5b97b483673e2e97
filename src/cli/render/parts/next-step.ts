/** ` --name other`: what the commands to type next need, unless the experiment has the default name. */
export function nameFlag(experiment: string): string {
  return experiment === 'mlbench' ? '' : ` --name ${experiment}`;
}
