using System.Buffers;
using System.Text.Json;
using Embedded.DurableTask.Engine.History;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Core;

/// <summary>What is written is read back exactly; what is damaged is refused, in one way and at no cost.</summary>
public sealed class EntryCodecTests
{
    static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void A_turn_is_read_as_it_was_written() => FsCheck.Check.One(Config, Prop.ForAll(EntryGenerator.Turn.ToArbitrary(), turn =>
        Text(EntryCodec.ReadTurn(turn.Number, Bytes(turn))) == Text(turn)));

    [Fact]
    public void A_message_is_read_as_it_was_written() => FsCheck.Check.One(Config, Prop.ForAll(EntryGenerator.Message.ToArbitrary(), message =>
        Text(EntryCodec.ReadMessage(message.Sequence, message.Target, Bytes(message))) == Text(message)));

    [Fact]
    public void A_failure_is_read_as_it_was_written()
    {
        var failure = new TaskFailureDetails(
            "Boom", "it broke", "at line 1", new TaskFailureDetails("Inner", "cause", null, null, null), new Dictionary<string, object?> { ["n"] = 3L });

        Assert.Equal(Text(failure), Text(EntryCodec.ReadFailure(Bytes(failure))));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] turn = Bytes(Rich);
        byte[] message = Bytes(new Message("t", Rich.Entries[0]) { ReplyTo = "r", LockPosition = 300 });

        Assert.All(Enumerable.Range(0, turn.Length), length =>
            Assert.Throws<InvalidDataException>(() => EntryCodec.ReadTurn(0, turn.AsSpan(0, length))));
        Assert.All(Enumerable.Range(0, message.Length), length =>
            Assert.Throws<InvalidDataException>(() => EntryCodec.ReadMessage(0, "t", message.AsSpan(0, length))));
    }

    [Fact]
    public void Anything_after_the_end_is_refused()
    {
        byte[] longer = [.. Bytes(Rich), 0];

        Assert.Throws<InvalidDataException>(() => EntryCodec.ReadTurn(0, longer));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(40)]
    public void Any_mutation_is_refused_or_read_and_never_costs_much(int mutations)
    {
        byte[] valid = Bytes(Rich);
        var random = new Random(4711 + mutations);
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] mutated = [.. valid];
            for (int i = 0; i < mutations; i++)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Turn turn = EntryCodec.ReadTurn(0, mutated);
                Assert.All(turn.Entries, entry => Assert.NotEmpty(entry.Describe()));
            }
            catch (InvalidDataException)
            {
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        }

        Assert.InRange(refused, 1_000, 20_000);
    }

    [Fact]
    public void Random_bytes_are_refused_or_read()
    {
        var random = new Random(42);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (bytes.Length > 0 && round % 2 == 0)
            {
                bytes[0] = 1;
            }

            Refuses(() => EntryCodec.ReadTurn(0, bytes));
            Refuses(() => EntryCodec.ReadMessage(0, "t", bytes));
            Refuses(() => EntryCodec.ReadFailure(bytes));
        }
    }

    [Fact]
    public void Another_format_is_refused_by_its_number()
    {
        byte[] newer = [2, .. Bytes(Rich).Skip(1)];

        var refusal = Assert.Throws<InvalidDataException>(() => EntryCodec.ReadTurn(0, newer));

        Assert.Equal("The entry has format 2; this version reads format 1.", refusal.Message);
    }

    [Theory]
    [InlineData((byte)EntryKind.TaskFailed)]
    [InlineData((byte)EntryKind.Failed)]
    [InlineData((byte)EntryKind.EventRaised)]
    [InlineData((byte)EntryKind.TaskScheduled)]
    [InlineData((byte)EntryKind.SubOrchestrationCreated)]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(255)]
    public void An_unknown_entry_or_one_without_its_essentials_is_refused(byte kind)
    {
        byte[] bytes = Bytes(new Turn(0, DateTime.UnixEpoch, [new Entry((EntryKind)kind, 3)]));

        Assert.Throws<InvalidDataException>(() => EntryCodec.ReadTurn(0, bytes));
    }

    [Fact]
    public void A_failure_without_end_does_not_exhaust_the_stack()
    {
        // Empty type, message, stack trace and properties, and "there is a cause": a million times.
        byte[] endless = [.. Enumerable.Repeat<byte[]>([0, 0, 0, 0, 1], 1_000_000).SelectMany(b => b)];

        Assert.Throws<InvalidDataException>(() => EntryCodec.ReadFailure(endless));
    }

    [Fact]
    public void A_failure_with_very_many_causes_keeps_the_outer_ones()
    {
        TaskFailureDetails failure = Enumerable.Range(0, 5_000)
            .Aggregate(new TaskFailureDetails("T", "cause", null, null, null), (inner, n) => new TaskFailureDetails("T", $"{n}", null, inner, null));

        TaskFailureDetails read = EntryCodec.ReadFailure(Bytes(failure));

        Assert.Equal("4999", read.ErrorMessage);
        Assert.Equal("4998", read.InnerFailure!.ErrorMessage);
    }

    [Fact]
    public void Properties_that_JSON_cannot_hold_are_kept_as_text()
    {
        var failure = new TaskFailureDetails("T", "m", null, null, new Dictionary<string, object?>
        {
            ["ratio"] = double.NaN,
            ["type"] = typeof(string),
            ["odd"] = new Odd(),
            ["none"] = null,
        });

        TaskFailureDetails read = EntryCodec.ReadFailure(Bytes(failure));

        Assert.Equal("NaN", read.Properties!["ratio"]);
        Assert.Equal("System.String", read.Properties["type"]);
        Assert.Contains("not today", (string)read.Properties["odd"]!, StringComparison.Ordinal);
        Assert.Null(read.Properties["none"]);
    }

    static Turn Rich { get; } = new(0, DateTime.UnixEpoch, [.. EntryGenerator.Entry.Where(e => Text(e).Length < 2_000).Sample(12, new Rnd(7), 10)]);

    static void Refuses(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
            // The one way to say no.
        }
    }

    static string Text<T>(T value) => JsonSerializer.Serialize(value);

    static byte[] Bytes(Turn turn) => Write(output => EntryCodec.WriteTurn(output, turn.Now, turn.Entries));

    static byte[] Bytes(Message message) => Write(output => EntryCodec.WriteMessage(output, message));

    static byte[] Bytes(TaskFailureDetails failure) => Write(output => EntryCodec.WriteFailure(output, failure));

    static byte[] Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    sealed class Odd
    {
        public object Value { get => field ?? throw new InvalidOperationException("not now"); init; }

        public override string ToString() => throw new InvalidOperationException("not today");
    }
}
