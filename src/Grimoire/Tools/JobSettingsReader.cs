using Grimoire.Documents;
using Grimoire.Spells;
using Grimoire.Webhooks;

namespace Grimoire.Tools;

/// <summary>Reads "job" of a tool that does not answer at once.</summary>
static class JobSettingsReader
{
    const int MaxBackoff = 10;

    /// <summary>Who asks more often than that has no use for a durable timer, and would be a burden to the provider.</summary>
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    public static JobSettings? Read(ObjectReader tool, SpellLimits limits)
    {
        if (tool.Take("job") is not { } value || ObjectReader.Of(value, tool.At("job"), "'job'", tool.Findings) is not { } reader)
        {
            return null;
        }

        if (!reader.Has("state"))
        {
            reader.Missing("state");
        }

        var job = new JobSettings
        {
            RunId = reader.Take("runId")?.DeepClone(),
            State = reader.Take("state")?.DeepClone() ?? "",
            Progress = reader.Take("progress")?.DeepClone(),
            States = States(reader, limits),
            Callback = Callback(reader, limits),
            Status = Status(reader, limits),
            Result = RequestReader.Request(reader, "result", limits),
            Cancel = RequestReader.Request(reader, "cancel", limits),
            Heartbeat = reader.Duration("heartbeat", limits.Longest),
        };
        reader.End();
        return job;
    }

    static JobStates States(ObjectReader job, SpellLimits limits)
    {
        var usual = JobStates.Usual;
        if (job.Take("states") is not { } value || ObjectReader.Of(value, job.At("states"), "'states'", job.Findings) is not { } reader)
        {
            return usual;
        }

        var given = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var (queued, running, succeeded) = (Given("queued"), Given("running"), Given("succeeded"));
        var (failed, cancelled, transient) = (Given("failed"), Given("cancelled"), Given("transient"));
        reader.End();
        return new JobStates
        {
            Queued = queued ?? Left(usual.Queued),
            Running = running ?? Left(usual.Running),
            Succeeded = succeeded ?? Left(usual.Succeeded),
            Failed = failed ?? Left(usual.Failed),
            Cancelled = cancelled ?? Left(usual.Cancelled),
            Transient = transient ?? Left(usual.Transient),
        };

        IReadOnlyList<string>? Given(string name)
        {
            var states = reader.Texts(name, limits.Patterns, limits.NameLength);
            given.UnionWith(states);
            return reader.Has(name) ? states : null;
        }

        // What the definition says of a state counts, whatever it usually means.
        IReadOnlyList<string> Left(IReadOnlyList<string> states) => [.. states.Where(state => !given.Contains(state))];
    }

    static CallbackSettings? Callback(ObjectReader job, SpellLimits limits)
    {
        if (job.Take("callback") is not { } value || ObjectReader.Of(value, job.At("callback"), "'callback'", job.Findings) is not { } reader)
        {
            return null;
        }

        var callback = new CallbackSettings
        {
            RunId = reader.Take("runId")?.DeepClone(),
            MessageId = reader.Take("messageId")?.DeepClone(),
            State = reader.Take("state")?.DeepClone(),
            Progress = reader.Take("progress")?.DeepClone(),
            Response = RequestReader.Response(reader, "response", limits),
            Signature = CallbackSignatureReader.Read(reader, limits),
        };
        reader.End();
        return callback;
    }

    static StatusSettings? Status(ObjectReader job, SpellLimits limits)
    {
        if (job.Take("status") is not { } value || ObjectReader.Of(value, job.At("status"), "'status'", job.Findings) is not { } reader)
        {
            return null;
        }

        if (!reader.Has("request"))
        {
            reader.Missing("request");
        }

        var status = new StatusSettings
        {
            Request = RequestReader.Request(reader, "request", limits) ?? new RequestTemplate { Url = "" },
            State = reader.Take("state")?.DeepClone(),
            Progress = reader.Take("progress")?.DeepClone(),
            Response = RequestReader.Response(reader, "response", limits),
            Pauses = Pauses(reader, limits),
        };
        status = status with { After = reader.Duration("after", limits.Longest) ?? status.After };
        reader.End();
        return status;
    }

    static AskPauses Pauses(ObjectReader status, SpellLimits limits)
    {
        var usual = new AskPauses();
        var first = status.Duration("first", limits.Longest);
        var longest = status.Duration("longest", limits.Longest);
        if (first < ShortestPause)
        {
            status.Error("first", "field.range", $"'first' has to be at least {System.Xml.XmlConvert.ToString(ShortestPause)}.");
        }

        if (longest < (first ?? ShortestPause))
        {
            status.Error("longest", "field.range", $"'longest' is shorter than {(first is null ? System.Xml.XmlConvert.ToString(ShortestPause) : "'first'")}.");
        }

        var begin = first ?? (longest < usual.First ? longest.Value : usual.First);
        return new AskPauses(
            begin,
            (double)(status.Number("backoff", 1, MaxBackoff) ?? (decimal)usual.Backoff),
            longest ?? (begin > usual.Longest ? begin : usual.Longest));
    }
}
