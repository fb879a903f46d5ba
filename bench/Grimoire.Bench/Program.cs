using System.Globalization;
using Grimoire.Bench;
using Grimoire.Bench.Casts;
using Grimoire.Bench.Engine;
using Grimoire.Bench.Http;
using Grimoire.Bench.Soak;

const string Usage = """
    Measures Grimoire on this machine.

      engine [section ...]   the durable engine alone: throughput, growth, fan-out, waiting, recovery, cold; all of them if none is named
      http [section ...]     a Functions app, called over HTTP: ping, start, run, overhead, cold, memory; all of them if none is named
      casts [section ...]    whole casts, from the request to the last event: files, blobs, growth, resume, waiting, cooks, list; all of them if none is named
      soak                   casts for half an hour while everything goes wrong that can; what must not be ends it with exit code 1
      demo                   one orchestration, step by step

      --data DIR    where data is written for the time of the run: choose the disk to measure (default: the temporary folder)
      --json FILE   write the figures there, one JSON object a line; without it they follow the table

    Smaller or larger runs, by environment variables (with what they are by default):

    """;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    switch (args)
    {
        case ["engine", .. string[] rest]:
            await EngineCommand.Suite.RunAsync(Arguments.Parse(rest, EngineCommand.Suite.Sections));
            return 0;
        case ["http", .. string[] rest]:
            await HttpCommand.Suite.RunAsync(Arguments.Parse(rest, HttpCommand.Suite.Sections));
            return 0;
        case ["casts", .. string[] rest]:
            await CastsCommand.Suite.RunAsync(Arguments.Parse(rest, CastsCommand.Suite.Sections));
            return 0;
        case ["soak", .. string[] rest]:
            await SoakCommand.RunAsync(Arguments.Parse(rest, []));
            return 0;
        case ["demo"]:
            await Demo.RunAsync();
            return 0;

        // What a section has done in a process of its own.
        case ["child", string section, .. string[] rest]:
            await EngineCommand.RunChildAsync(section, rest);
            return 0;
        case ["help" or "--help" or "-h"]:
            Console.WriteLine(Usage + Settings.Describe());
            return 0;
        default:
            throw new UsageException(args.Length == 0 ? "What is to be measured?" : $"'{string.Join(' ', args)}' is not a command.");
    }
}
catch (UsageException e)
{
    Console.Error.WriteLine(e.Message + Environment.NewLine + Environment.NewLine + Usage + Settings.Describe());
    return 2;
}
catch (CheckFailedException e)
{
    Console.Error.WriteLine("WRONG RESULT: " + e.Message);
    return 1;
}
