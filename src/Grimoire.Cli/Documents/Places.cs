using System.Globalization;
using System.Text;
using System.Text.Json;
using Grimoire.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Grimoire.Cli.Documents;

/// <summary>Where in a text each value of it is, so that an error with a JSON pointer can be shown with line and column.</summary>
sealed class Places
{
    readonly Dictionary<string, (int Line, int Column)> _places = [];

    /// <summary>Those of a text that can be read; of one that cannot, none behind what is wrong with it.</summary>
    public static Places Of(string text, DocumentFormat format)
    {
        var places = new Places();
        try
        {
            if (format == DocumentFormat.Json)
            {
                places.AddJson(text);
            }
            else
            {
                places.AddYaml(text);
            }
        }
        catch (Exception malformed) when (malformed is JsonException or YamlException or InvalidOperationException or ArgumentException)
        {
            // What is wrong with the text is told by whoever checks it; the places before it are right.
        }

        return places;
    }

    /// <summary>Of what a pointer names, or of the nearest thing around it that is there.</summary>
    public (int Line, int Column)? Find(string pointer)
    {
        for (var at = pointer; ; at = at[..at.LastIndexOf('/')])
        {
            if (_places.TryGetValue(at, out var place))
            {
                return place;
            }

            if (!at.Contains('/', StringComparison.Ordinal))
            {
                return null;
            }
        }
    }

    void AddJson(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var lines = new List<int> { 0 };
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n')
            {
                lines.Add(i + 1);
            }
        }

        var reader = new Utf8JsonReader(bytes.AsSpan().StartsWith((byte[])[0xef, 0xbb, 0xbf]) ? bytes.AsSpan(3) : bytes);
        // What encloses the next value: the pointer of it, and the index of the next element, or -1 in an object.
        var around = new Stack<(string Pointer, int Next)>();
        var name = "";
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                around.Pop();
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = JsonPointer.Append(around.Peek().Pointer, reader.GetString()!);
                Put(name, reader.TokenStartIndex);
                continue;
            }

            var pointer = name;
            if (around.TryPeek(out var parent) && parent.Next >= 0)
            {
                around.Pop();
                around.Push((parent.Pointer, parent.Next + 1));
                pointer = JsonPointer.Append(parent.Pointer, parent.Next);
            }

            Put(pointer, reader.TokenStartIndex);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                around.Push((pointer, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
            }
        }

        void Put(string pointer, long offset)
        {
            var line = lines.BinarySearch((int)offset);
            line = line < 0 ? ~line - 1 : line;
            _places.TryAdd(pointer, (line + 1, Encoding.UTF8.GetCharCount(bytes, lines[line], (int)offset - lines[line]) + 1));
        }
    }

    void AddYaml(string text)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        parser.Consume<StreamStart>();
        if (parser.TryConsume<DocumentStart>(out _))
        {
            AddYaml(parser, "");
        }
    }

    void AddYaml(Parser parser, string pointer)
    {
        var start = parser.Current!.Start;
        _places.TryAdd(pointer, ((int)start.Line, (int)start.Column));
        if (parser.TryConsume<MappingStart>(out _))
        {
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var at = parser.Current!.Start;
                var name = JsonPointer.Append(pointer, parser.Consume<Scalar>().Value);
                _places.TryAdd(name, ((int)at.Line, (int)at.Column));
                AddYaml(parser, name);
            }
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            for (var i = 0; !parser.TryConsume<SequenceEnd>(out _); i++)
            {
                AddYaml(parser, pointer + "/" + i.ToString(CultureInfo.InvariantCulture));
            }
        }
        else
        {
            parser.MoveNext();
        }
    }
}
