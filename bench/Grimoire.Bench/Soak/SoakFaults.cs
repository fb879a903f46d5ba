using Grimoire.Tests.Shared;

namespace Grimoire.Bench.Soak;

/// <summary>Everything that the sandbox can do wrong, each now and then.</summary>
internal static class SoakFaults
{
    /// <summary>How likely each kind is to strike one request, or one callback.</summary>
    const double OfRequests = 0.01;
    const double OfCallbacks = 0.03;

    /// <summary>More than the app accepts, and no more than it takes to see that it does not.</summary>
    const long TooLarge = 5 * 1024 * 1024;

    static readonly SandboxFault[] Requests =
    [
        .. new[] { "429", "500", "503", "408", "hang", "slow", "garbage", "huge", "drop", "reset", "lost", "empty", "redirect" }
            .Select(kind => new SandboxFault(kind) { Ms = 2_000, Bytes = TooLarge }),
    ];

    static readonly SandboxCallbackFault[] Callbacks =
    [
        new("delay") { Ms = 5_000 }, new("duplicate") { Copies = 3 }, new("drop"), new("reorder"), new("corrupt"), new("corrupt") { How = "truncated", Extra = true }, new("forge"),
        new("forge") { Extra = true }, new("wrongId"), new("stale"), new("huge") { Bytes = TooLarge }, new("early"),
    ];

    public static async Task SwitchOnAsync(SandboxProcess sandbox)
    {
        foreach ((int i, SandboxFault fault) in Requests.Index())
        {
            await sandbox.SetFaultAsync(fault with { Id = $"request-{i}", Probability = OfRequests, Seed = i });
        }

        foreach ((int i, SandboxCallbackFault fault) in Callbacks.Index())
        {
            await sandbox.Jobs.SetCallbackFaultAsync(fault with { Id = $"callback-{i}", Probability = OfCallbacks, Seed = i });
        }
    }

    /// <summary>How often each kind has struck.</summary>
    public static async Task<IReadOnlyList<(string Kind, long Struck)>> StruckAsync(SandboxProcess sandbox) =>
    [
        .. (await sandbox.FaultsAsync()).Select(fault => (fault.Rule.Kind, fault.Failed)),
        .. (await sandbox.Jobs.CallbackFaultsAsync()).Select(fault => ($"callback {fault.Rule.Kind}", fault.Failed)),
    ];
}
