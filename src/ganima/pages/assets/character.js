// What is on the page can be kept as a file; it stands in the page once.
document.querySelectorAll("a[data-from]").forEach(link => {
  const source = document.getElementById(link.dataset.from);
  link.href = source.srcset || source.src;
});
