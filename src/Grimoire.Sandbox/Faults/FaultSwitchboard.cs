using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Grimoire.Sandbox.Faults;

/// <summary>The faults that are switched on, in the order in which they were.</summary>
sealed class FaultSwitchboard
{
    ImmutableArray<SwitchedFault> _switched = [];
    int _named;

    public IReadOnlyList<FaultState> States => [.. _switched.Select(fault => fault.State)];

    /// <summary>Switches one on; the one of the same name ends.</summary>
    public FaultState Set(FaultRule rule)
    {
        string id = rule.Id ?? $"fault-{Interlocked.Increment(ref _named).ToString(CultureInfo.InvariantCulture)}";
        var fault = new SwitchedFault(id, rule with { Id = null });
        ImmutableInterlocked.Update(ref _switched, all => all.RemoveAll(other => other.Id == id).Add(fault));
        return fault.State;
    }

    public void Clear() => ImmutableInterlocked.Update(ref _switched, all => all.Clear());

    /// <returns>Whether there was one of that name.</returns>
    public bool Remove(string id) => ImmutableInterlocked.Update(ref _switched, all => all.RemoveAll(fault => fault.Id == id));

    /// <summary>The fault that a request meets: of the first rule that matches it and lets it fail.</summary>
    public async ValueTask<Fault?> MeetAsync(HttpRequest request)
    {
        string? body = null;
        foreach (SwitchedFault fault in _switched)
        {
            if (!fault.Concerns(request))
            {
                continue;
            }

            if (fault.Rule.Body is { } wanted && !(body ??= await ReadAsync(request).ConfigureAwait(false)).Contains(wanted, StringComparison.Ordinal))
            {
                continue;
            }

            if (fault.Take())
            {
                return fault.Rule;
            }
        }

        return null;
    }

    static async Task<string> ReadAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var reader = new StreamReader(request.Body, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        string body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
        request.Body.Position = 0;
        return body;
    }
}
