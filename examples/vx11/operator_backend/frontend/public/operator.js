fetch('/api/overview')
  .then(answer => answer.json())
  .then(overview => {
    document.getElementById('overview').textContent = JSON.stringify(overview, null, 2);
  });
