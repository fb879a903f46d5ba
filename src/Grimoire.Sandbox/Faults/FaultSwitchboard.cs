using System.Text;

namespace Grimoire.Sandbox.Faults;

/// <summary>The faults of requests that are switched on.</summary>
sealed class FaultSwitchboard() : SwitchedRules<FaultRule>("fault")
{
    /// <summary>Switches one on; the one of the same name ends.</summary>
    public RuleState<FaultRule> Set(FaultRule rule) => Switch(rule.Id, rule with { Id = null }, rule.Occasions);

    /// <summary>The fault that a request meets: of the first rule that matches it and lets it fail.</summary>
    public async ValueTask<Fault?> MeetAsync(HttpRequest request)
    {
        string? body = null;
        foreach (SwitchedRule<FaultRule> fault in Switched)
        {
            if (!fault.Rule.Concerns(request))
            {
                continue;
            }

            if (fault.Rule.Body is { } wanted && !(body ??= await ReadAsync(request).ConfigureAwait(false)).Contains(wanted, StringComparison.Ordinal))
            {
                continue;
            }

            if (fault.Count.Take())
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
