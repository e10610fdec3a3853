<?php

declare(strict_types=1);

namespace Shop\Greeting;

final class Greeting
{
    public static function of(string $shop): string
    {
        return "Prices of {$shop}";
    }
}
