// The measurements arrive with the engine; until then this only says how it will be called.
Console.WriteLine("usage: Grimoire.Bench demo | engine   (neither is there yet)");
return args is [] or ["demo", ..] ? 0 : 2;
