document.body.append('Read me first.');
