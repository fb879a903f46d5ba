using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Documents;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>The tools that spells call.</summary>
static class ToolsCommands
{
    public static Command Build() => new Verb("tools", "Lists, shows, tries, saves and removes tools.").With(List(), Show(), Try(), Push(), Remove());

    static Argument<string> ToolId() => new("id") { Description = "The id of a tool." };

    static string PathOf(string id) => "tools/" + Call.Part(id);

    static Verb List() => new Verb("list", "Lists the tools that spells may call.", "grimoire tools list").Does(async (session, cancellation) =>
    {
        var answer = await session.AskAsync(Call.Get("tools").OfAccount(), cancellation).ConfigureAwait(false);
        var tools = (JsonArray?)answer.Node("tools")?.DeepClone() ?? [];
        return session.Answer("tools", tools, ["ID", "KIND", "SOURCE", "DESCRIPTION"], tool =>
            [tool.Text("id") ?? "", tool.Text("kind") ?? "", tool.Text("source") ?? "", tool.Text("description") ?? ""]);
    });

    static Verb Show()
    {
        var id = ToolId();
        return new Verb("show", "Shows a tool: its definition, as JSON.", "grimoire tools show text.case").With(id).Does(async (session, cancellation) =>
        {
            var tool = await session.AskAsync(Call.Get(PathOf(session.Get(id))).OfAccount(), cancellation).ConfigureAwait(false);
            return session.Answer(tool, () =>
            {
                Terminal.Note($"{tool.Text("id")}, {tool.Text("source")}");
                Terminal.SayJson(tool.Node("document"));
            });
        });
    }

    static Verb Try()
    {
        var (id, inputs, input) = (ToolId(), CommonOptions.Inputs(), CommonOptions.Input());
        return new Verb("try", "Calls a tool once, which costs what it costs, and shows what comes.", "grimoire tools try text.case --input text=hello --input to=upper")
            .With(id, inputs, input).Does(async (session, cancellation) =>
            {
                var body = new JsonObject();
                if (await InputValues.ReadAsync(session.Get(inputs), session.Get(input), cancellation).ConfigureAwait(false) is { } given)
                {
                    body["inputs"] = given;
                }

                var call = Call.Post(PathOf(session.Get(id)) + "/try", body).OfAccount().Once(null);
                var started = await Starting.SendAsync(session, call, "castId", cancellation).ConfigureAwait(false);
                return await Starting.WatchAsync(session, started.Json.Text("castId")!, save: null, cancellation).ConfigureAwait(false);
            });
    }

    static Verb Push()
    {
        var files = CommonOptions.Files("Files with tools, or folders of them.");
        return new Verb("push", "Saves tools. For admins.", "grimoire tools push tools/zen.yaml").With(files).Does(async (session, cancellation) =>
        {
            var push = new DocumentPush(session);
            foreach (var path in DocumentFile.Named(session.Get(files)))
            {
                var tool = await DocumentFile.ReadAsync(path, cancellation).ConfigureAwait(false);
                var id = tool.Content.Text("id") ?? tool.FileName;
                var result = new JsonObject { ["file"] = path, ["id"] = id };
                await push.SaveAsync(tool, PathOf(id), result, reply =>
                {
                    var isNew = reply.Status == HttpStatusCode.Created;
                    result["result"] = isNew ? "created" : "saved";
                    return $"{path}: {id} {(isNew ? "is new, and saved" : "saved")}";
                }, cancellation).ConfigureAwait(false);
            }

            return push.End();
        });
    }

    static Verb Remove()
    {
        var id = ToolId();
        return new Verb("remove", "Removes a saved tool. For admins.", "grimoire tools remove zen").With(id).Does(async (session, cancellation) =>
        {
            await session.AskAsync(Call.Delete(PathOf(session.Get(id))).OfAccount(), cancellation).ConfigureAwait(false);
            return session.Answer(new JsonObject { ["removed"] = session.Get(id) }, () => Terminal.Say($"{session.Get(id)} is removed"));
        });
    }
}
