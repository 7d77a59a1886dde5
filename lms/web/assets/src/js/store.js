// What is kept on this device. Private windows may refuse: then nothing is kept and nothing breaks.
export function keep(name, value) {
  try {
    localStorage.setItem(`bouquet.${name}`, value);
    return true;
  } catch {
    return false;
  }
}

export function kept(name) {
  try {
    return localStorage.getItem(`bouquet.${name}`);
  } catch {
    return null;
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(`bouquet.${name}`);
  } catch {
    // nothing was kept
  }
}
