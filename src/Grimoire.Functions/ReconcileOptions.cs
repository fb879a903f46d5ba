using Grimoire.Functions.Tools;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions;

/// <summary>How often it is looked after casts that cannot go on by themselves; settings "Reconcile:…".</summary>
public sealed record ReconcileOptions
{
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For how long something may lie about before it is taken for forgotten: nothing is looked at that is still on its way.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Casts that are looked at in one round; the next round goes on with others.</summary>
    public int Batch { get; init; } = 500;

    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    internal static ReconcileOptions From(IConfiguration configuration) => new()
    {
        Interval = Setting.Duration(configuration, "Reconcile:Interval", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
        Patience = Setting.Duration(configuration, "Reconcile:Patience", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
        Batch = Setting.Number(configuration, "Reconcile:Batch", 500, 1, 10_000),
    };
}
