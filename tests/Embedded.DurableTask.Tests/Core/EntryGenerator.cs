using Embedded.DurableTask.Engine.History;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Core;

/// <summary>Any entry that the engine could store.</summary>
internal static class EntryGenerator
{
    static readonly string[] Words =
    [
        string.Empty, "a", "Charge", "ünï-cödé €", "😀👩‍🚀", "\0\t\r\n", "{\"json\":[1,2,3]}", "@counter@1", new string('x', 127), new string('é', 64), new string('y', 20_000),
    ];

    static readonly Gen<string> Text = Gen.Elements(Words);

    static readonly Gen<string?> Maybe = Gen.OneOf(Gen.Constant<string?>(null), Text.Select(text => (string?)text));

    static readonly Gen<long> Time = Gen.Choose(0, int.MaxValue).Select(n => n * (DateTime.MaxValue.Ticks / int.MaxValue));

    static readonly Gen<long> Number = Gen.Choose(int.MinValue, int.MaxValue).Select(n => n * 4_000_000_007L);

    static readonly Gen<object?> Property = Gen.OneOf(
        Gen.Constant<object?>(null),
        Text.Select(text => (object?)text),
        Gen.Choose(-5, 5).Select(n => (object?)(long)n),
        Gen.Choose(-5, 5).Select(n => (object?)(n + 0.5)),
        Gen.Elements<object?>(true, false),
        Text.ListOf(3).Select(list => (object?)list.Cast<object?>().ToList()));

    static readonly Gen<IReadOnlyDictionary<string, string>?> Tags =
        from names in Gen.SubListOf("owner", "", "größe")
        from value in Text
        select names.Count > 0 ? names.ToDictionary(n => n, _ => value) : (IReadOnlyDictionary<string, string>?)null;

    public static Gen<Entry> Entry =>
        from kind in Gen.Elements(Enum.GetValues<EntryKind>().Where(k => k != default).ToArray())
        from id in Gen.Choose(-1, int.MaxValue - 1)
        from name in Text
        from version in Maybe
        from target in Text
        from payload in Maybe
        from failure in Failure(3)
        from at in Time
        from tags in Tags
        from trace in Maybe
        from full in Gen.Elements(true, false)
        select new Entry(kind, id)
        {
            Name = name,
            Version = string.IsNullOrEmpty(version) ? null : version,
            Target = full || Needs(kind) ? target : null,
            Payload = payload,
            Failure = full || kind is EntryKind.Failed or EntryKind.TaskFailed ? failure : null,
            At = full ? at : 0,
            Tags = tags,
            Trace = trace,
        };

    public static Gen<Turn> Turn =>
        from number in Gen.Choose(0, int.MaxValue)
        from now in Time
        from entries in Entry.ListOf()
        select new Turn(number, new DateTime(now, DateTimeKind.Utc), [.. entries]);

    public static Gen<Message> Message =>
        from entry in Entry
        from numbers in Number.Three()
        from position in Gen.Choose(0, int.MaxValue)
        from replyTo in Maybe
        select new Message("someone", entry)
        {
            Sequence = numbers.Item1,
            Execution = numbers.Item2,
            ReplyExecution = numbers.Item3,
            ReplyTo = string.IsNullOrEmpty(replyTo) ? null : replyTo,
            LockPosition = position,
        };

    static Gen<TaskFailureDetails> Failure(int depth) =>
        from type in Text
        from message in Text
        from stack in Maybe
        from names in Gen.SubListOf("code", "größe", "")
        from value in Property
        from inner in depth == 0 ? Gen.Constant<TaskFailureDetails?>(null) : Gen.OneOf(
            Gen.Constant<TaskFailureDetails?>(null), Failure(depth - 1).Select(f => (TaskFailureDetails?)f))
        select new TaskFailureDetails(
            type,
            message,
            string.IsNullOrEmpty(stack) ? null : stack,
            inner,
            names.Count > 0 ? names.ToDictionary<string, string, object?>(n => n, _ => value) : null);

    static bool Needs(EntryKind kind) => kind is EntryKind.SubOrchestrationCreated or EntryKind.EventSent or EntryKind.EntitiesLocked;
}
