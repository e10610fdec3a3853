<?php

declare(strict_types=1);

namespace Shop\Prices;

use NumberFormatter;
use RuntimeException;
use ZipArchive;

final class Prices
{
    /** A price as German customers read it, which takes ext-intl. */
    public static function inEuros(float $amount): string
    {
        return (new NumberFormatter('de_DE', NumberFormatter::CURRENCY))->formatCurrency($amount, 'EUR');
    }

    /** The bytes of an archive with one list of prices, which takes ext-zip. */
    public static function archived(string $list): int
    {
        $path = __DIR__ . '/../var/prices.zip';
        $archive = new ZipArchive();
        if ($archive->open($path, ZipArchive::CREATE | ZipArchive::OVERWRITE) !== true) {
            throw new RuntimeException("cannot write {$path}");
        }
        $archive->addFromString('prices.txt', $list);
        $archive->close();
        return (int) filesize($path);
    }
}
