<?php
// Packs Debian's Composer and all that it loads into the one file that the image of Composer holds.
$archive = new Phar('/opt/composer.phar');
$archive->startBuffering();
$files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator('/usr/share/php', FilesystemIterator::SKIP_DOTS));
foreach ($files as $path => $file) {
    if ($file->isFile()) {
        $archive->addFile($path, substr($path, strlen('/usr/')));
    }
}
$archive->addFromString('bin/composer', preg_replace('/^#!.*\n/', '', file_get_contents('/usr/bin/composer')));
$archive->stopBuffering();
$archive->setStub("#!/usr/bin/env php\n<?php Phar::mapPhar('composer.phar');\n"
    . "set_include_path('phar://composer.phar/share/php' . PATH_SEPARATOR . get_include_path());\n"
    . "require 'phar://composer.phar/bin/composer';\n__HALT_COMPILER();");
