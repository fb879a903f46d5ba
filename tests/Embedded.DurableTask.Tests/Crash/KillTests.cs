using System.Globalization;
using Embedded.DurableTask.CrashHost;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Tests.Crash;

/// <summary>A loaded process is killed again and again, and nothing that it was promised is lost or done twice.</summary>
[Collection(CrashTests.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    /// <summary>For longer runs than those of every day: how often to kill, and which instants to choose.</summary>
    static readonly int Kills = FromEnvironment("CRASH_KILLS", 55);
    static readonly int Seed = FromEnvironment("CRASH_SEED", 20_260);

    [Fact]
    [Trait("Row", "KZ03")]
    [Trait("Row", "KZ09")]
    public async Task Whatever_was_acknowledged_survives_any_number_of_kills()
    {
        using var hub = new CrashedHub();
        var random = new Random(Seed);
        for (int kill = 0; kill < Kills; kill++)
        {
            await using CrashHostProcess host = hub.Start(RunMode.Load);
            await WaitForTheInstantAsync(host, random);
            await host.KillAsync();
            Assert.True(host.Complaints.Length == 0, $"Seed {Seed}, kill {kill}: the host complained.\n{host.Complaints}");
        }

        await hub.DrainAsync();
        output.WriteLine($"{Kills} kills, {hub.Claims.Started.Count} starts, {hub.Claims.Events.Count} events, {hub.Claims.Signals.Count} signals.");
        Assert.Empty(hub.Claims.Refused);
        Assert.True(hub.Claims.Count > Kills * 20, "The host was hardly ever loaded when it was killed.");
        await Verdict.CheckAsync(hub);
    }

    /// <summary>Before the file is open, during recovery, or under load.</summary>
    static async Task WaitForTheInstantAsync(CrashHostProcess host, Random random)
    {
        int kind = random.Next(20);
        if (kind < 2)
        {
            await JitterAsync(random, 150);
        }
        else if (kind < 7)
        {
            await host.WaitForAsync(Reports.Open);
            await JitterAsync(random, 40);
        }
        else
        {
            await host.WaitForAsync(Reports.Recovered);
            await host.WaitForLinesAsync(random.Next(900));
            await JitterAsync(random, 30);
        }
    }

    /// <summary>No wait for anything: the instant must not hang on something that the host does.</summary>
    static Task JitterAsync(Random random, int most) => Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * most), TimeProvider.System);

    static int FromEnvironment(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

/// <summary>Processes that load the machine run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class CrashTests
{
    public const string Name = "Crash";
}
