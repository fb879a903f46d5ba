using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Engine.History;

/// <summary>
/// Turns and messages as bytes: a format number, then per entry its kind, a bit per member that is present, and those members.
/// Compact, and as exact as the text that it holds (payloads are copied, never parsed).
/// </summary>
internal static class EntryCodec
{
    const byte Format = 1;

    /// <summary>Causes of causes beyond this depth are left out: nobody reads them, and reading them back must not exhaust the stack.</summary>
    const int MaxCauses = 500;

    [Flags]
    enum Has
    {
        None = 0,
        Name = 1,
        Version = 2,
        Target = 4,
        Payload = 8,
        Failure = 16,
        At = 32,
        Tags = 64,
        Trace = 128,
    }

    public static void WriteTurn(IBufferWriter<byte> output, DateTime now, IReadOnlyList<Entry> entries)
    {
        WriteByte(output, Format);
        WriteInt64(output, now.Ticks);
        WriteNumber(output, entries.Count);
        for (int i = 0; i < entries.Count; i++)
        {
            WriteEntry(output, entries[i]);
        }
    }

    public static Turn ReadTurn(long number, ReadOnlySpan<byte> data)
    {
        var reader = new Reader(data);
        CheckFormat(ref reader);
        var now = new DateTime(reader.Ticks(), DateTimeKind.Utc);
        var entries = new Entry[reader.Count()];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = ReadEntry(ref reader);
        }

        reader.End();
        return new Turn(number, now, entries);
    }

    public static void WriteMessage(IBufferWriter<byte> output, Message message)
    {
        WriteByte(output, Format);
        WriteInt64(output, message.Execution);
        WriteText(output, message.ReplyTo ?? string.Empty);
        WriteInt64(output, message.ReplyExecution);
        WriteNumber(output, message.LockPosition);
        WriteEntry(output, message.Entry);
    }

    public static Message ReadMessage(long sequence, string target, ReadOnlySpan<byte> data)
    {
        var reader = new Reader(data);
        CheckFormat(ref reader);
        long execution = reader.Int64();
        string replyTo = reader.Text();
        long replyExecution = reader.Int64();
        int lockPosition = reader.Number();
        Entry entry = ReadEntry(ref reader);
        reader.End();
        return new Message(target, entry)
        {
            Sequence = sequence,
            Execution = execution,
            ReplyTo = replyTo.Length == 0 ? null : replyTo,
            ReplyExecution = replyExecution,
            LockPosition = lockPosition,
        };
    }

    public static void WriteFailure(IBufferWriter<byte> output, TaskFailureDetails failure) => WriteFailure(output, failure, MaxCauses);

    static void WriteFailure(IBufferWriter<byte> output, TaskFailureDetails failure, int causes)
    {
        WriteText(output, failure.ErrorType);
        WriteText(output, failure.ErrorMessage);
        WriteText(output, failure.StackTrace ?? string.Empty);
        WriteText(output, failure.Properties is { Count: > 0 } properties ? FailureProperties.Serialize(properties) : string.Empty);
        TaskFailureDetails? inner = causes == 0 ? null : failure.InnerFailure;
        WriteByte(output, inner is null ? (byte)0 : (byte)1);
        if (inner is not null)
        {
            WriteFailure(output, inner, causes - 1);
        }
    }

    public static TaskFailureDetails ReadFailure(ReadOnlySpan<byte> data)
    {
        var reader = new Reader(data);
        TaskFailureDetails failure = ReadFailure(ref reader, MaxCauses);
        reader.End();
        return failure;
    }

    static void WriteEntry(IBufferWriter<byte> output, Entry entry)
    {
        Has has = (entry.Name is null ? Has.None : Has.Name)
            | (string.IsNullOrEmpty(entry.Version) ? Has.None : Has.Version)
            | (entry.Target is null ? Has.None : Has.Target)
            | (entry.Payload is null ? Has.None : Has.Payload)
            | (entry.Failure is null ? Has.None : Has.Failure)
            | (entry.At == 0 ? Has.None : Has.At)
            | (entry.Tags is { Count: > 0 } ? Has.Tags : Has.None)
            | (entry.Trace is null ? Has.None : Has.Trace);
        Span<byte> head = output.GetSpan(8);
        head[0] = (byte)entry.Kind;
        head[1] = (byte)has;
        output.Advance(2);
        WriteNumber(output, entry.Id + 1);
        WriteIf(output, entry.Name);
        WriteIf(output, string.IsNullOrEmpty(entry.Version) ? null : entry.Version);
        WriteIf(output, entry.Target);
        WriteIf(output, entry.Payload);
        if (entry.Failure is { } failure)
        {
            WriteFailure(output, failure);
        }

        if (entry.At != 0)
        {
            WriteInt64(output, entry.At);
        }

        if (entry.Tags is { Count: > 0 } tags)
        {
            WriteNumber(output, tags.Count);
            foreach ((string name, string value) in tags)
            {
                WriteText(output, name);
                WriteText(output, value);
            }
        }

        WriteIf(output, entry.Trace);
    }

    static Entry ReadEntry(ref Reader reader)
    {
        var kind = (EntryKind)reader.Byte();
        var has = (Has)reader.Byte();
        int id = reader.Number() - 1;
        var entry = new Entry(kind, id)
        {
            Name = has.HasFlag(Has.Name) ? reader.Text() : null,
            Version = has.HasFlag(Has.Version) ? reader.Text() : null,
            Target = has.HasFlag(Has.Target) ? reader.Text() : null,
            Payload = has.HasFlag(Has.Payload) ? reader.Text() : null,
            Failure = has.HasFlag(Has.Failure) ? ReadFailure(ref reader, MaxCauses) : null,
            At = has.HasFlag(Has.At) ? reader.Ticks() : 0,
            Tags = has.HasFlag(Has.Tags) ? ReadTags(ref reader) : null,
            Trace = has.HasFlag(Has.Trace) ? reader.Text() : null,
        };
        return IsComplete(entry)
            ? entry
            : throw new InvalidDataException($"The entry of kind {(byte)kind} is not known, or lacks what entries of its kind have.");
    }

    /// <summary>Whether everything is there that the engine takes for granted in an entry of its kind.</summary>
    static bool IsComplete(Entry entry) => entry.Kind switch
    {
        EntryKind.TaskFailed or EntryKind.Failed => entry.Failure is not null,
        EntryKind.EventRaised or EntryKind.TaskScheduled or EntryKind.EntityCalled or EntryKind.EntitySignaled => entry.Name is not null,
        EntryKind.SubOrchestrationCreated or EntryKind.EventSent => entry.Name is not null && entry.Target is not null,
        EntryKind.EntitiesLocked => entry.Target is not null,
        _ => entry.Kind != EntryKind.Unreadable && Enum.IsDefined(entry.Kind),
    };

    static Dictionary<string, string> ReadTags(ref Reader reader)
    {
        int count = reader.Count();
        var tags = new Dictionary<string, string>(count);
        for (int i = 0; i < count; i++)
        {
            string name = reader.Text();
            tags[name] = reader.Text();
        }

        return tags;
    }

    static TaskFailureDetails ReadFailure(ref Reader reader, int causes)
    {
        string type = reader.Text();
        string message = reader.Text();
        string stack = reader.Text();
        string properties = reader.Text();
        TaskFailureDetails? inner = reader.Byte() == 0 ? null
            : causes > 0 ? ReadFailure(ref reader, causes - 1)
            : throw new InvalidDataException($"The failure has more than {MaxCauses} causes.");
        return new TaskFailureDetails(
            type,
            message,
            stack.Length == 0 ? null : stack,
            inner,
            properties.Length == 0 ? null : FailureProperties.Deserialize(properties));
    }

    static void CheckFormat(ref Reader reader)
    {
        byte format = reader.Byte();
        if (format != Format)
        {
            throw new InvalidDataException($"The entry has format {format}; this version reads format {Format}.");
        }
    }

    static void WriteByte(IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    static void WriteInt64(IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    static void WriteNumber(IBufferWriter<byte> output, int value)
    {
        Span<byte> span = output.GetSpan(5);
        uint rest = (uint)value;
        int length = 0;
        while (rest >= 0x80)
        {
            span[length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        span[length++] = (byte)rest;
        output.Advance(length);
    }

    static void WriteIf(IBufferWriter<byte> output, string? text)
    {
        if (text is not null)
        {
            WriteText(output, text);
        }
    }

    static void WriteText(IBufferWriter<byte> output, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        WriteNumber(output, length);
        Encoding.UTF8.GetBytes(text, output.GetSpan(length));
        output.Advance(length);
    }

    ref struct Reader(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> _rest = data;

        public byte Byte() => Take(1)[0];

        public long Ticks()
        {
            long ticks = Int64();
            return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
                ? ticks
                : throw new InvalidDataException($"{ticks} in the entry is not a time.");
        }

        public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

        public int Number()
        {
            uint value = 0;
            for (int shift = 0; shift < 35; shift += 7)
            {
                byte part = Byte();
                value |= (uint)(part & 0x7f) << shift;
                if (part < 0x80)
                {
                    return (int)value;
                }
            }

            throw new InvalidDataException("A number in the entry is longer than five bytes.");
        }

        /// <summary>A number of things that follow: never more than bytes are left.</summary>
        public int Count()
        {
            int count = Number();
            return count >= 0 && count <= _rest.Length
                ? count
                : throw new InvalidDataException($"The entry announces {count} items and has {_rest.Length} bytes left.");
        }

        public string Text() => Encoding.UTF8.GetString(Take(Count()));

        public readonly void End()
        {
            if (!_rest.IsEmpty)
            {
                throw new InvalidDataException($"The entry has {_rest.Length} bytes too many.");
            }
        }

        ReadOnlySpan<byte> Take(int count)
        {
            if (_rest.Length < count)
            {
                throw new InvalidDataException($"The entry ends early: {count} bytes wanted, {_rest.Length} left.");
            }

            ReadOnlySpan<byte> taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
