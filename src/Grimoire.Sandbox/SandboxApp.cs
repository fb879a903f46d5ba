using Grimoire.Sandbox.Calls;
using Grimoire.Sandbox.Chat;
using Grimoire.Sandbox.Faults;
using Grimoire.Sandbox.Images;
using Grimoire.Sandbox.Inbox;
using Grimoire.Sandbox.Jobs;
using Grimoire.Sandbox.Plain;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox;

/// <summary>The composition root: what the sandbox consists of, and in which order a request passes through it.</summary>
static class SandboxApp
{
    public static WebApplication Build(Uri url)
    {
        // The empty builder reads no appsettings.json, wherever the sandbox is started, and watches no files.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseUrls(ListenAddress.Show(url)).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true);
        // That it could not start is said once, by Program.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddRouting();
        // Whatever waits on purpose stops by itself; what is left after this is cut off.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.ConfigureHttpJsonOptions(json => SandboxJson.Configure(json.SerializerOptions));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<CallLedger>().AddSingleton<FaultSwitchboard>().AddSingleton<FaultPlayer>();
        builder.Services.AddSingleton<Agenda>().AddSingleton<CurrentSettings>().AddSingleton<CallbackFaults>().AddSingleton<CallbackLog>()
            .AddSingleton<CallbackSender>().AddSingleton<JobQueue>().AddSingleton<Inboxes>();

        WebApplication app = builder.Build();
        app.UseMiddleware<AnswerRefusals>();
        app.UseMiddleware<RecordCalls>();
        app.UseMiddleware<PlaySwitchedFaults>();
        app.UseRouting();
        app.MapGet("/health", () => Results.Ok(new { status = "ok" }));
        app.MapCalls();
        app.MapFaults();
        app.MapChat();
        app.MapImages();
        app.MapEcho();
        app.MapPaid();
        app.MapNoop();
        app.MapReplicate();
        app.MapComfyDeploy();
        app.MapFal();
        app.MapPlainJobs();
        app.MapJobControl();
        app.MapCallbackControl();
        app.MapInbox();
        app.MapFallback(context => throw new RefusedException(
            404, $"The sandbox has no {context.Request.Method} {context.Request.Path}; docs/sandbox.md lists what it has.", "not_found"));
        return app;
    }
}
